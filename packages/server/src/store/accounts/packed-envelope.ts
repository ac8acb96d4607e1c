/**
 * Stored form of an ENVELOPE value: From, Sender and Reply-To are the same list in nearly every message, so the repeats
 * are left out. Layout: `mark`, offset of the From list (2 bytes), its length (2 bytes), number of repeats (1 byte),
 * then the value without the repeats. Anything that does not start with the mark is a value as it is.
 */
const mark = 1;
const headBytes = 6;
const maxOffset = 0xffff;

const quote = 0x22;
const backslash = 0x5c;
const open = 0x28;
const close = 0x29;
const space = 0x20;

/** Index after the value at `at`: a quoted string, a list, or an atom. */
function endOf(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let i = at; i < bytes.length; i += 1) {
    const unit = bytes[i];
    if (unit === quote) {
      for (i += 1; i < bytes.length && bytes[i] !== quote; i += 1) if (bytes[i] === backslash) i += 1;
      if (depth === 0) return i + 1;
    } else if (unit === open) depth += 1;
    else if (unit === close) {
      depth -= 1;
      if (depth <= 0) return depth < 0 ? i : i + 1;
    } else if (depth === 0 && bytes[i + 1] === space) return i + 1;
  }
  return bytes.length;
}

/** Leaves out Sender and Reply-To where they repeat From. */
export function packEnvelope(envelope: Uint8Array): Uint8Array {
  if (envelope[0] !== open) return envelope;
  const date = endOf(envelope, 1);
  const subject = endOf(envelope, date + 1);
  const from = subject + 1;
  const after = endOf(envelope, from);
  const length = after - from;
  if (from > maxOffset || length > maxOffset || length <= headBytes) return envelope;
  const list = Buffer.from(envelope.buffer, envelope.byteOffset + subject, length + 1);
  let repeats = 0;
  let end = after;
  while (repeats < 2 && list.equals(envelope.subarray(end, end + list.length))) {
    repeats += 1;
    end += list.length;
  }
  if (repeats === 0) return envelope;
  const packed = Buffer.allocUnsafe(headBytes + envelope.length - repeats * list.length);
  packed[0] = mark;
  packed.writeUInt16LE(from, 1);
  packed.writeUInt16LE(length, 3);
  packed[5] = repeats;
  packed.set(envelope.subarray(0, after), headBytes);
  packed.set(envelope.subarray(end), headBytes + after);
  return packed;
}

/** The ENVELOPE value that was packed; bytes that cannot be one come back as they are. */
export function unpackEnvelope(stored: Uint8Array): Uint8Array {
  if (stored[0] !== mark || stored.length < headBytes) return stored;
  const from = (stored[1] ?? 0) | ((stored[2] ?? 0) << 8);
  const length = (stored[3] ?? 0) | ((stored[4] ?? 0) << 8);
  const repeats = stored[5] ?? 0;
  const after = from + length;
  if (from < 1 || headBytes + after > stored.length) return stored;
  const list = length + 1;
  const value = new Uint8Array(stored.length - headBytes + repeats * list);
  value.set(stored.subarray(headBytes, headBytes + after), 0);
  // The space before the list belongs to it.
  for (let i = 0; i < repeats; i += 1) value.copyWithin(after + i * list, from - 1, after);
  value.set(stored.subarray(headBytes + after), after + repeats * list);
  return value;
}
