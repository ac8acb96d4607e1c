import { Buffer } from 'node:buffer';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';

/** The summary's fields that are bytes. */
const binary = ['envelope', 'bodyStructure', 'parts'] as const;
type Binary = (typeof binary)[number];

/** Lengths of the byte fields, 4 bytes each. */
const headBytes = binary.length * 4;

/** A summary as the queue keeps it: lengths of the byte fields, these fields, then the rest as JSON. */
export function encodeSummary(summary: MessageSummary): Uint8Array {
  const { envelope, bodyStructure, parts, ...plain } = summary;
  const head = Buffer.allocUnsafe(headBytes);
  const fields = [envelope, bodyStructure, parts];
  for (const [i, field] of fields.entries()) head.writeUInt32LE(field.length, i * 4);
  return Buffer.concat([head, ...fields, Buffer.from(JSON.stringify(plain))]);
}

/** Reads what `encodeSummary` wrote. */
export function decodeSummary(bytes: Uint8Array): MessageSummary {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: Partial<Record<Binary, Uint8Array>> = {};
  let at = headBytes;
  for (const [i, name] of binary.entries()) {
    const length = buffer.readUInt32LE(i * 4);
    fields[name] = buffer.subarray(at, at + length);
    at += length;
  }
  const plain = JSON.parse(buffer.toString('utf8', at)) as Omit<MessageSummary, Binary>;
  return { ...plain, ...(fields as Record<Binary, Uint8Array>) };
}
