import { Buffer } from 'node:buffer';
import type { MessageSummary } from '@hongyan/formats/message/summary.ts';

/** The summary's fields that are bytes. */
const binary = ['envelope', 'bodyStructure', 'parts'] as const;

/** A summary as the queue keeps it: JSON, its bytes in base64. */
export function encodeSummary(summary: MessageSummary): Uint8Array {
  const plain: Record<string, unknown> = { ...summary };
  for (const key of binary) plain[key] = Buffer.from(summary[key]).toString('base64');
  return Buffer.from(JSON.stringify(plain));
}

/** Reads what `encodeSummary` wrote. */
export function decodeSummary(bytes: Uint8Array): MessageSummary {
  const plain = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
  for (const key of binary) plain[key] = Buffer.from(String(plain[key]), 'base64');
  return plain as unknown as MessageSummary;
}
