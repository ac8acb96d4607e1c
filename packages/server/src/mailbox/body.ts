import type { Scope } from '../access/scope.ts';
import { freeMemory } from '../store/blobs/record/free-memory.ts';
import { type MailboxContext, requireRead } from './context.ts';
import type { MessageRow } from './types.ts';

/** What locates a message's bytes. */
export type BodySource = Pick<MessageRow, 'prefix' | 'blob' | 'shared'>;

function requireBody(scope: Scope, row: BodySource): void {
  if (scope.folders !== 'shared' || row.shared !== true) requireRead(scope);
}

/** The whole message: prefix and body. For small ones; memory is its size. */
export async function readMessage(ctx: MailboxContext, scope: Scope, row: BodySource): Promise<Uint8Array> {
  requireBody(scope, row);
  const body = await ctx.blobs.read(scope.tenantId, row.blob.hash);
  return row.prefix.length === 0 ? body : Buffer.concat([row.prefix, body]);
}

/**
 * Several small messages with as few reads as possible, each at the place of its row. Null for one that is better read
 * by itself: it is large, or something is wrong with it, of which `readMessage` tells.
 */
export async function readMessages(
  ctx: MailboxContext,
  scope: Scope,
  rows: readonly BodySource[],
): Promise<(Uint8Array | null)[]> {
  for (const row of rows) requireBody(scope, row);
  const hashes = rows.map(row => row.blob.hash);
  const bodies = await ctx.blobs.readTogether(scope.tenantId, hashes);
  const whole = rows.map(({ prefix }, at) => {
    const body = bodies[at] ?? null;
    return body === null || prefix.length === 0 ? body : Buffer.concat([prefix, body]);
  });
  // Bodies share memory with each other: it can go when all of them were copied.
  if (rows.every(({ prefix }) => prefix.length > 0)) freeBodies(bodies);
  return whole;
}

/**
 * Gives back at once what several messages took that were read together. They are of no use any more, whole or in part;
 * left to the garbage collector they make it go through the whole heap again and again.
 */
export function freeBodies(bodies: readonly (Uint8Array | null)[]): void {
  freeMemory(bodies.filter(body => body !== null));
}

/** Bytes [start, end) of the whole message; what lies beyond its end is left out (RFC 9051 §6.4.5.1 partial). */
export async function readMessageRange(
  ctx: MailboxContext,
  scope: Scope,
  row: BodySource,
  start: number,
  end: number,
): Promise<Uint8Array> {
  requireBody(scope, row);
  const { prefix, blob } = row;
  const last = Math.min(end, prefix.length + blob.size);
  if (start >= last) return new Uint8Array(0);
  const head = prefix.subarray(start, Math.min(last, prefix.length));
  if (last <= prefix.length) return head;
  const from = Math.max(0, start - prefix.length);
  const body = await ctx.blobs.readRange(scope.tenantId, blob.hash, from, last - prefix.length);
  return head.length === 0 ? body : Buffer.concat([head, body]);
}

/** Bytes [start, end) of the whole message in chunks; memory does not grow with size. */
export async function* streamMessage(
  ctx: MailboxContext,
  scope: Scope,
  row: BodySource,
  start: number = 0,
  end: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, undefined> {
  requireBody(scope, row);
  const { prefix, blob } = row;
  const last = Math.min(end, prefix.length + blob.size);
  if (start >= last) return;
  const head = prefix.subarray(start, Math.min(last, prefix.length));
  if (head.length > 0) yield head;
  if (last <= prefix.length) return;
  const from = Math.max(0, start - prefix.length);
  yield* ctx.blobs.stream(scope.tenantId, blob.hash, from, last - prefix.length);
}
