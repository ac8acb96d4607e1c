/** A file to pack. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const table = new Uint32Array(256).map((_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Names that are safe to unpack anywhere, each once: no folders, no control characters, `x (2).pdf` for a second `x.pdf`. */
export function safeNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    const plain =
      name
        // oxlint-disable-next-line no-control-regex -- these are what must go
        .replaceAll(/[\u0000-\u001f\u007f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]/g, '_')
        .replace(/^[. ]+/, '')
        .replace(/[. ]+$/, '')
        .slice(0, 200) || 'file';
    const dot = plain.lastIndexOf('.');
    const [stem, extension] = dot > 0 ? [plain.slice(0, dot), plain.slice(dot)] : [plain, ''];
    let free = plain;
    for (let number = 2; taken.has(free.toLowerCase()); number += 1) free = `${stem} (${number})${extension}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/** Date and time as DOS kept them (APPNOTE 4.4.6). */
function dosTime(date: Date): { readonly time: number; readonly day: number } {
  return {
    time: (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
    day: (Math.max(0, date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
  };
}

/**
 * Packs files into one ZIP (APPNOTE 6.3.3), stored as they are: attachments are mostly compressed already. Names are UTF-8.
 * Throws RangeError for 4 GiB and more, or more than 65,535 files.
 */
export function zip(files: readonly ZipFile[], at: Date): Blob {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length + 1_000, 0);
  if (total >= 0xffffffff || files.length > 0xffff) throw new RangeError('too much for one archive');
  const { time, day } = dosTime(at);
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  const names = safeNames(files.map(({ name }) => name));
  for (const [index, { bytes }] of files.entries()) {
    const name = new TextEncoder().encode(names[index]);
    // Version 2.0, names in UTF-8, stored; then time, sum, sizes, lengths: the same in both headers.
    const common = new DataView(new ArrayBuffer(26));
    common.setUint16(0, 20, true);
    common.setUint16(2, 0x0800, true);
    common.setUint16(6, time, true);
    common.setUint16(8, day, true);
    common.setUint32(10, crc32(bytes), true);
    common.setUint32(14, bytes.length, true);
    common.setUint32(18, bytes.length, true);
    common.setUint16(22, name.length, true);
    const shared = new Uint8Array(common.buffer);
    pieces.push(Uint8Array.of(0x50, 0x4b, 3, 4), shared, name, bytes);
    const entry = new DataView(new ArrayBuffer(14));
    entry.setUint32(10, offset, true);
    directory.push(Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), shared, new Uint8Array(entry.buffer), name);
    offset += 4 + 26 + name.length + bytes.length;
  }
  const size = directory.reduce((sum, piece) => sum + piece.length, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, offset, true);
  return new Blob([...pieces, ...directory, new Uint8Array(end.buffer)] as BlobPart[], {
    type: 'application/zip',
  });
}
