import { createHash } from 'node:crypto';
import type { Scope } from '../access/scope.ts';
import { isRemembered, pruneMemory, rememberRow } from '../store/accounts/scripts/memory-rows.ts';
import { requireRead, requireWrite, type ScriptContext } from './context.ts';

/**
 * What is remembered: `answered` senders of `vacation`, `seen` messages of `duplicate`, what was `sent` for a delivery
 * that may be tried again.
 */
export type MemoryKind = 'answered' | 'seen' | 'sent';

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Whether something is remembered. */
export async function isKnown(
  ctx: ScriptContext,
  scope: Scope,
  kind: MemoryKind,
  key: string,
): Promise<boolean> {
  requireRead(scope);
  return ctx.accounts.read(scope, reader => isRemembered(reader, kind, digest(key), ctx.clock.now()));
}

/**
 * Remembers something for `ms`; false when it was known already, which then stays as it is. Two that claim the same at
 * the same moment: only one gets true. Durable when it resolves.
 */
export async function claim(
  ctx: ScriptContext,
  scope: Scope,
  kind: MemoryKind,
  key: string,
  ms: number,
): Promise<boolean> {
  requireWrite(scope);
  const hash = digest(key);
  return ctx.accounts.transact(scope, async tx => {
    const now = ctx.clock.now();
    if (await isRemembered(tx, kind, hash, now)) return false;
    await rememberRow(tx, kind, hash, now + ms);
    await pruneMemory(tx, now, ctx.limits.maxMemory);
    return true;
  });
}

/** Remembers something from now on for `ms`, whether it was known or not. */
export async function remember(
  ctx: ScriptContext,
  scope: Scope,
  kind: MemoryKind,
  key: string,
  ms: number,
): Promise<void> {
  requireWrite(scope);
  await ctx.accounts.transact(scope, async tx => {
    const now = ctx.clock.now();
    await rememberRow(tx, kind, digest(key), now + ms);
    await pruneMemory(tx, now, ctx.limits.maxMemory);
  });
}
