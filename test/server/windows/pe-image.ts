/*
 * The smallest program file that carries a version: headers, one section, a resource tree of three levels. Written from
 * Microsoft's "PE Format", apart from the code that reads it.
 */

const sectionAddress = 0x2000;
const sectionAt = 0x400;

const versionInfo = (numbers: readonly number[]): Buffer => {
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  const info = Buffer.alloc(40 + 52);
  info.writeUInt16LE(info.length, 0);
  info.writeUInt16LE(52, 2);
  info.write('VS_VERSION_INFO', 6, 'utf16le');
  info.writeUInt32LE(0xfeef04bd, 40);
  info.writeUInt32LE(0x10000, 44);
  info.writeUInt32LE(((a << 16) | b) >>> 0, 48);
  info.writeUInt32LE(((c << 16) | d) >>> 0, 52);
  return info;
};

/** A directory with one entry. */
const directory = (id: number, to: number): Buffer => {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(1, 14);
  bytes.writeUInt32LE(id, 16);
  bytes.writeUInt32LE(to >>> 0, 20);
  return bytes;
};

const resources = (numbers: readonly number[], type: number): Buffer => {
  const data = versionInfo(numbers);
  const entry = Buffer.alloc(16);
  entry.writeUInt32LE(sectionAddress + 88, 0);
  entry.writeUInt32LE(data.length, 4);
  const deeper = 0x80000000;
  return Buffer.concat([directory(type, deeper | 24), directory(1, deeper | 48), directory(0x409, 72), entry, data]);
};

export interface PeOptions {
  /** PE32+ has pointers of 64 bits and longer headers. */
  readonly bits?: 32 | 64;
  /** 16 is a version. */
  readonly resourceType?: number;
}

export const peImage = (version: string, {bits = 64, resourceType = 16}: PeOptions = {}): Uint8Array => {
  const section = resources(version.split('.').map(Number), resourceType);
  const file = Buffer.alloc(sectionAt + section.length);
  file.write('MZ');
  file.writeUInt32LE(0x80, 0x3c);
  file.write('PE\0\0', 0x80);
  const optionalLength = bits === 64 ? 240 : 224;
  file.writeUInt16LE(1, 0x86);
  file.writeUInt16LE(optionalLength, 0x94);
  const optional = 0x98;
  file.writeUInt16LE(bits === 64 ? 0x20b : 0x10b, optional);
  file.writeUInt32LE(sectionAddress, optional + (bits === 64 ? 112 : 96) + 16);
  const header = optional + optionalLength;
  file.write('.rsrc', header);
  file.writeUInt32LE(section.length, header + 8);
  file.writeUInt32LE(sectionAddress, header + 12);
  file.writeUInt32LE(section.length, header + 16);
  file.writeUInt32LE(sectionAt, header + 20);
  section.copy(file, sectionAt);
  return file;
};
