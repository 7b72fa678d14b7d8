/** What may be asked of the registry of this machine; `api/registry.ts` asks Windows. Keys lie below HKEY_LOCAL_MACHINE. */
export interface Registry {
  /** Text unexpanded, a list for REG_MULTI_SZ, a number for REG_DWORD; `undefined`: there is no such value, or no access. */
  value(key: string, name: string): string | number | readonly string[] | undefined;
  /** Names of the keys directly below; `undefined`: there is no such key. */
  subkeys(key: string): readonly string[] | undefined;
}

export const textIn = (registry: Registry, key: string, name: string): string | undefined => {
  const value = registry.value(key, name);
  return typeof value === 'string' ? value : undefined;
};

export const numberIn = (registry: Registry, key: string, name: string): number | undefined => {
  const value = registry.value(key, name);
  return typeof value === 'number' ? value : undefined;
};
