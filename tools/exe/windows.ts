import {NtExecutable, NtExecutableResource, Resource} from 'resedit';
import {setFuse} from './fuse.ts';

/** Types of resources (winuser.h). */
const icon = 3;
const rawData = 10;
const iconGroup = 14;
const neutral = 0;
const english = {lang: 1033, codepage: 1200} as const;

export interface About {
  readonly version: string;
  readonly description: string;
  readonly copyright: string;
}

/**
 * stopgap.exe from Node.js for Windows. Its signature is OpenJS's word for other bytes, so it goes; the place where the
 * owner's will stand is free. A new section of resources is laid out anew and everything else keeps its place.
 */
export const windowsExecutable = (node: Uint8Array, blob: Uint8Array, about: About): Uint8Array => {
  const executable = NtExecutable.from(setFuse(node), {ignoreCert: true});
  const resources = NtExecutableResource.from(executable);
  // Node's icon would say that it is Node.
  resources.entries = resources.entries.filter(({type}) => type !== icon && type !== iconGroup);
  resources.entries.push({
    type: rawData,
    id: 'NODE_SEA_BLOB',
    lang: neutral,
    codepage: neutral,
    bin: Uint8Array.from(blob).buffer,
  });
  describe(resources, about);
  resources.outputResource(executable);
  return new Uint8Array(executable.generate());
};

/** What the file's properties show, and what an inventory of programs reads. */
const describe = (resources: NtExecutableResource, {version, description, copyright}: About): void => {
  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
  if (info === undefined) throw new Error('Node.js has no version resource to take the place of');
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  info.removeAllStringValues(english);
  info.setStringValues(english, {
    CompanyName: 'The stopgap authors',
    FileDescription: description,
    FileVersion: version,
    InternalName: 'stopgap',
    LegalCopyright: copyright,
    OriginalFilename: 'stopgap.exe',
    ProductName: 'stopgap',
    ProductVersion: version,
  });
  info.setFileVersion(major, minor, patch, 0, english.lang);
  info.setProductVersion(major, minor, patch, 0, english.lang);
  info.outputToResourceEntries(resources.entries);
};
