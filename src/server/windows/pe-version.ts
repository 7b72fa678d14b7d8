/*
 * The version that a program file carries, read from its bytes: the fixed part of its version resource, which is what
 * Explorer shows as the file version. Layout: Microsoft's "PE Format" and VS_VERSIONINFO. Nothing of Windows is asked, so
 * that it can be read on any machine, and no byte of the file is trusted: whatever does not add up has no version.
 */

const resourceDirectory = 2;
const versionType = 16;
const fixedSignature = 0xfeef04bd;
/** A subdirectory and not an entry of data. */
const isDirectory = 0x8000_0000;

interface Section {
  readonly address: number;
  readonly length: number;
  readonly at: number;
}

interface Image {
  readonly bytes: DataView;
  readonly sections: readonly Section[];
  /** Address of the resources once loaded. */
  readonly resources: number;
}

const readImage = (bytes: DataView): Image | undefined => {
  if (bytes.getUint16(0, true) !== 0x5a4d) return undefined;
  const header = bytes.getUint32(0x3c, true);
  if (bytes.getUint32(header, true) !== 0x4550) return undefined;
  const optional = header + 24;
  // The directories follow fields that are 16 bytes longer in a 64-bit image.
  const directories = optional + (bytes.getUint16(optional, true) === 0x20b ? 112 : 96);
  const first = optional + bytes.getUint16(header + 20, true);
  const count = bytes.getUint16(header + 6, true);
  const sections = Array.from({length: count}, (_, index) => {
    const at = first + 40 * index;
    return {
      address: bytes.getUint32(at + 12, true),
      length: bytes.getUint32(at + 16, true),
      at: bytes.getUint32(at + 20, true),
    };
  });
  return {bytes, sections, resources: bytes.getUint32(directories + 8 * resourceDirectory, true)};
};

/** Where an address lies in the file. */
const placeOf = ({sections}: Image, address: number): number | undefined => {
  const section = sections.find((one) => address >= one.address && address < one.address + one.length);
  return section && address - section.address + section.at;
};

/** What an entry of a resource directory leads to: the one with that id, or the first. */
const entryOf = ({bytes}: Image, directory: number, id?: number): number | undefined => {
  const count = bytes.getUint16(directory + 12, true) + bytes.getUint16(directory + 14, true);
  for (let index = 0; index < count; index++) {
    const at = directory + 16 + 8 * index;
    if (id === undefined || bytes.getUint32(at, true) === id) return bytes.getUint32(at + 4, true);
  }
  return undefined;
};

/** Type, name, language: three directories deep lies the description of the data. */
const versionInfoOf = (image: Image): number | undefined => {
  const root = placeOf(image, image.resources);
  if (root === undefined || image.resources === 0) return undefined;
  const type = entryOf(image, root, versionType);
  const name = type && entryOf(image, root + (type & ~isDirectory));
  const language = name && entryOf(image, root + (name & ~isDirectory));
  return language && placeOf(image, image.bytes.getUint32(root + language, true));
};

/** `VS_VERSION_INFO` in UTF-16 with its end, behind three lengths, padded to four bytes. */
const fixedInfoOffset = 40;

const readVersion = (image: Image): string | undefined => {
  const info = versionInfoOf(image);
  if (info === undefined) return undefined;
  const fixed = info + fixedInfoOffset;
  if (image.bytes.getUint32(fixed, true) !== fixedSignature) return undefined;
  // The two halves of each word stand the other way round.
  return [10, 8, 14, 12].map((offset) => image.bytes.getUint16(fixed + offset, true)).join('.');
};

/** `15.2.1118.7`, four numbers without padding; `undefined`: the file carries none. */
export const peVersion = (file: Uint8Array): string | undefined => {
  try {
    const image = readImage(new DataView(file.buffer, file.byteOffset, file.byteLength));
    return image && readVersion(image);
  } catch (error) {
    // A length or an address that leads out of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
