import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '../..');

/** The part of CycloneDX 1.5 that is changed here; the rest passes through. */
const bom = z.looseObject({
  serialNumber: z.string(),
  metadata: z.looseObject({timestamp: z.string(), component: z.looseObject({type: z.string(), name: z.string()})}),
  components: z.array(z.looseObject({name: z.string()})),
});

const lock = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({version: z.string(), license: z.string().optional(), integrity: z.string().optional()}),
  ),
});

/** What an executable holds beside the libraries of package.json: Node.js itself, and koffi's native part for Windows. */
const ofExecutables = (): readonly object[] => {
  const {packages} = lock.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'package-lock.json'), 'utf8')));
  return Object.entries(packages).flatMap(([path, {version, license = 'MIT', integrity}]) => {
    const name = path.replace(/^node_modules\//, '');
    return name === '' || integrity === undefined ? [] : [component(name, version, {license, integrity})];
  });
};

const component = (
  name: string,
  version: string,
  {license, integrity}: {readonly license: string; readonly integrity: string},
): object => ({
  'bom-ref': `${name}@${version}`,
  type: name.startsWith('node-') ? 'platform' : 'library',
  name,
  version,
  purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  licenses: [{license: {id: license}}],
  hashes: [{alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')}],
});

/**
 * CycloneDX, by npm from the lock file. npm's serial number is chance and its time is now; here both follow from what is
 * listed, so that two builds list it alike.
 */
export const billOfMaterials = (): string => {
  const args = [
    'sbom',
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
    '--package-lock-only',
    '--omit',
    'dev',
  ];
  const made = bom.parse(
    JSON.parse(execFileSync('npm', args, {cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']})),
  );
  const {timestamp: _now, ...metadata} = made.metadata;
  const body = {
    ...made,
    metadata: {...metadata, component: {...metadata.component, name: 'stopgap'}},
    components: [...made.components.filter(({name}) => !name.startsWith('@koromix/')), ...ofExecutables()],
  };
  const {serialNumber: _chance, ...listed} = body;
  return `${JSON.stringify({...body, serialNumber: uuidOf(JSON.stringify(listed))}, undefined, 2)}\n`;
};

/** A UUID of version 8 (RFC 9562): its bits are what we say they are. */
const uuidOf = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
