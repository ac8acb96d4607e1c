import { decodePartBody, decodePartText } from '@hongyan/formats/message/content.ts';
import type { StoredPart } from '@hongyan/formats/message/part.ts';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { htmlToText } from '@hongyan/formats/message/text/html-text.ts';
import { MessageText } from '../../mailbox/searching/message-text.ts';
import { TextCollector } from './collector.ts';
import { type DocumentKind, documentKind } from './kind.ts';
import type { ExtractLimits } from './limits.ts';
import { readOffice } from './office.ts';
import { readPdf } from './pdf.ts';

/** Adds the headers and texts of a message that is attached as a file. */
async function readMessage(bytes: Uint8Array, into: TextCollector): Promise<void> {
  const { parts } = summarise(scanMessage(bytes));
  const nothing = new Uint8Array(0);
  const source = {
    read: () => Promise.resolve(bytes),
    readRange: (_tenant: number, _hash: Uint8Array, start: number, end: number) =>
      Promise.resolve(bytes.subarray(start, end)),
  };
  const text = new MessageText(source, 0, { prefix: nothing, hash: nothing, size: bytes.length, parts });
  for await (const { key, value } of text.headerLines()) into.add(`${key}: ${value}\n`);
  for await (const piece of text.bodyTexts()) {
    if (!into.open) return;
    into.add(`${piece}\n`);
  }
}

async function read(
  kind: DocumentKind,
  part: StoredPart,
  encoded: Uint8Array,
  limits: ExtractLimits,
  into: TextCollector,
): Promise<void> {
  switch (kind) {
    case 'text':
      into.add(decodePartText(part, encoded).text);
      return;
    case 'html':
      into.add(htmlToText(decodePartText(part, encoded).text));
      return;
    case 'message':
      return readMessage(decodePartBody(part, encoded), into);
    case 'pdf':
      return readPdf(new Uint8Array(decodePartBody(part, encoded)), limits, into);
    default:
      return readOffice(kind, decodePartBody(part, encoded), limits, into);
  }
}

/** What came of reading an attachment. A broken one keeps what could be read before. */
export interface Extracted {
  readonly text: string;
  readonly error: Error | null;
}

/** Reads the text of an attachment; null for a kind without. Never throws. */
export async function extractText(
  part: StoredPart,
  encoded: Uint8Array,
  limits: ExtractLimits,
  now: () => number,
): Promise<Extracted | null> {
  const kind = documentKind(part);
  if (!kind) return null;
  const into = new TextCollector(limits, now);
  try {
    await read(kind, part, encoded, limits, into);
    return { text: into.text, error: null };
  } catch (error) {
    return { text: into.text, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
