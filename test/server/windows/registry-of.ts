import type {Registry} from '../../../src/server/windows/registry.ts';

type Values = Readonly<Record<string, string | number | readonly string[]>>;

/** A registry that holds these keys and the ones above them. */
export const registryOf = (keys: Readonly<Record<string, Values>>): Registry => {
  const entries = Object.entries(keys).map(([key, values]) => [key.toLowerCase(), values] as const);
  return {
    value: (key, name) => entries.find(([one]) => one === key.toLowerCase())?.[1][name],
    subkeys: (key) => {
      const start = `${key}\\`.toLowerCase();
      const below = Object.keys(keys).filter((one) => one.toLowerCase().startsWith(start));
      const names = new Set(below.map((one) => one.slice(start.length).split('\\')[0] ?? ''));
      return below.length > 0 || entries.some(([one]) => one === key.toLowerCase()) ? [...names] : undefined;
    },
  };
};
