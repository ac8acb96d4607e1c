import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

const answerMark: unique symbol = Symbol('answer');
const downloadMark: unique symbol = Symbol('download');

/** An answer that needs more than a body. */
export interface Answer<Value> {
  readonly [answerMark]: true;
  readonly value: Value;
  /** Where the new thing is, below `/api/v1`. */
  readonly location?: string;
  /** Instead of the operation's status. */
  readonly status?: 200 | 201 | 202;
}

/** An answer that is a file. */
export interface Download {
  readonly [downloadMark]: true;
  readonly type: string;
  readonly name: string;
  readonly content: AsyncIterable<string | Uint8Array> | Readable;
}

/** Answers `value` and says where the new thing is. */
export function created<Value>(value: Value, location: string): Answer<Value> {
  return { [answerMark]: true, value, location };
}

/** Answers 202: `value` tells of a job that goes on, at `location`. */
export function accepted<Value>(value: Value, location: string): Answer<Value> {
  return { [answerMark]: true, value, location, status: 202 };
}

/** Answers a file, written as it is made. `name` is what browsers save it as. */
export function download(
  type: string,
  name: string,
  content: AsyncIterable<string | Uint8Array> | Readable,
): Download {
  return { [downloadMark]: true, type, name, content };
}

export function isAnswer(value: unknown): value is Answer<unknown> {
  return typeof value === 'object' && value !== null && answerMark in value;
}

export function isDownload(value: unknown): value is Download {
  return typeof value === 'object' && value !== null && downloadMark in value;
}

/** Entity tag of an answer (RFC 9110 §8.8.3): the same object has the same tag in every process. */
export function entityTag(json: string): string {
  return `"${createHash('sha256').update(json).digest('base64url').slice(0, 27)}"`;
}

/** Whether a list of entity tags, as `If-Match` has it, names `tag`. Weak tags only match weakly. */
export function namesTag(header: string, tag: string, weakly: boolean): boolean {
  if (header.trim() === '*') return true;
  return header
    .slice(0, 2_000)
    .split(',')
    .map(item => item.trim())
    .some(item => item === tag || (weakly && item === `W/${tag}`));
}
