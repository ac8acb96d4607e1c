import { Buffer } from 'node:buffer';
import type { ImapWriter } from '@hongyan/formats/imap/output/writer.ts';
import type { Language } from '@hongyan/phrases/phrases.ts';
import { inLanguage } from './texts.ts';

/** What a status response says (RFC 9051 §7.1). */
export interface StatusLine {
  /** Null for an untagged one. */
  readonly tag: string | null;
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE';
  /** What stands in the brackets. */
  readonly code?: string;
  /** English; told in the language of the session. */
  readonly text: string;
}

/** `a1 OK [READ-WRITE] SELECT completed` */
export function writeStatusLine(writer: ImapWriter, line: StatusLine, language: Language | null): void {
  const { tag, status, code, text } = line;
  writer.ascii(`${tag ?? '*'} ${status} ${code === undefined ? '' : `[${code}] `}`);
  writer.bytes(Buffer.from(inLanguage(text, language, status === 'BAD'))).crlf();
}
