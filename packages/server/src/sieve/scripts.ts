import { Buffer } from 'node:buffer';
import type { SieveProblem } from '@hongyan/formats/sieve/problem.ts';
import { readSieve } from '@hongyan/formats/sieve/script.ts';
import type { Scope } from '../access/scope.ts';
import type { AccountTransaction } from '../store/accounts/account-transaction.ts';
import {
  activateScriptRow,
  putScriptRow,
  removeScriptRow,
  renameScriptRow,
  type ScriptRow,
  scriptContent,
  scriptRows,
} from '../store/accounts/scripts/script-rows.ts';
import { requireRead, requireWrite, type ScriptContext, type ScriptLimits } from './context.ts';

/** A script as lists show it. */
export type Script = ScriptRow;

/** Why a change of the scripts was not made (RFC 5804 §1.3). */
export type ScriptRefusal =
  | { readonly kind: 'invalid'; readonly problem: SieveProblem }
  | { readonly kind: 'bad_name' | 'not_found' | 'exists' | 'active' }
  | { readonly kind: 'too_many' | 'too_large'; readonly max: number };

export type ScriptChange = { readonly kind: 'done' } | ScriptRefusal;

const done: ScriptChange = { kind: 'done' };

/** RFC 5804 §1.6: not empty, no control characters or separators of lines. */
export function isScriptName(name: string, limits: ScriptLimits): boolean {
  if (name === '' || Buffer.byteLength(name) > limits.maxNameBytes || !name.isWellFormed()) return false;
  return !/[\p{Cc}\u2028\u2029]/u.test(name);
}

/** The account's scripts in the order of their names. */
export async function listScripts(ctx: ScriptContext, scope: Scope): Promise<readonly ScriptRow[]> {
  requireRead(scope);
  return ctx.accounts.read(scope, scriptRows);
}

/** As `listScripts`, in a snapshot of the account. */
export async function scriptsIn(reader: Parameters<typeof scriptRows>[0]): Promise<readonly Script[]> {
  return scriptRows(reader);
}

/** A script's text, or null. */
export async function getScript(ctx: ScriptContext, scope: Scope, name: string): Promise<Uint8Array | null> {
  requireRead(scope);
  return ctx.accounts.read(scope, async reader => (await scriptContent(reader, name))?.content ?? null);
}

/** What is wrong with a script, or `done`. Stores nothing. */
export function checkScript(ctx: ScriptContext, content: Uint8Array): ScriptChange {
  const { scriptBytes } = ctx.limits.script;
  if (content.length > scriptBytes) return { kind: 'too_large', max: scriptBytes };
  const reading = readSieve(content, ctx.limits.script);
  return reading.kind === 'script' ? done : reading;
}

function room(ctx: ScriptContext, rows: readonly ScriptRow[], name: string, size: number): ScriptChange {
  const { maxScripts, maxTotalBytes, script } = ctx.limits;
  const others = rows.filter(row => row.name !== name);
  if (size > script.scriptBytes) return { kind: 'too_large', max: script.scriptBytes };
  if (others.length >= maxScripts) return { kind: 'too_many', max: maxScripts };
  const total = others.reduce((sum, row) => sum + row.size, size);
  return total > maxTotalBytes ? { kind: 'too_large', max: maxTotalBytes } : done;
}

/** Whether a script of that size could be stored (RFC 5804 §2.5). */
export async function haveSpace(
  ctx: ScriptContext,
  scope: Scope,
  name: string,
  size: number,
): Promise<ScriptChange> {
  if (!isScriptName(name, ctx.limits)) return { kind: 'bad_name' };
  return room(ctx, await listScripts(ctx, scope), name, size);
}

async function change(
  ctx: ScriptContext,
  scope: Scope,
  work: (tx: AccountTransaction, rows: readonly ScriptRow[]) => Promise<ScriptChange>,
): Promise<ScriptChange> {
  requireWrite(scope);
  return ctx.accounts.transact(scope, async tx => {
    const outcome = await work(tx, await scriptRows(tx));
    if (outcome.kind === 'done') {
      // The account has moved on, by which listeners tell this from what they know already.
      const modseq = tx.takeModseq();
      tx.afterCommit(() => ctx.changed?.(tx.accountId, modseq));
    }
    return outcome;
  });
}

/** Stores a script that is right; one of that name is replaced and stays active if it was (RFC 5804 §2.6). With `isNew` there must be none. */
export async function putScript(
  ctx: ScriptContext,
  scope: Scope,
  name: string,
  content: Uint8Array,
  isNew: boolean = false,
): Promise<ScriptChange> {
  requireWrite(scope);
  if (!isScriptName(name, ctx.limits)) return { kind: 'bad_name' };
  const checked = checkScript(ctx, content);
  if (checked.kind !== 'done') return checked;
  return change(ctx, scope, async (tx, rows) => {
    if (isNew && rows.some(row => row.name === name)) return { kind: 'exists' };
    const fits = room(ctx, rows, name, content.length);
    if (fits.kind !== 'done') return fits;
    // Later than what it replaces, whatever the clock says: by this clients see that it is another one.
    const before = rows.find(row => row.name === name)?.updatedAt ?? 0;
    await putScriptRow(tx, name, content, Math.max(ctx.clock.now(), before + 1));
    return fits;
  });
}

/** Makes a script the active one, or none with null (RFC 5804 §2.8). */
export async function activateScript(
  ctx: ScriptContext,
  scope: Scope,
  name: string | null,
): Promise<ScriptChange> {
  return change(ctx, scope, async (tx, rows) => {
    if (name !== null && !rows.some(row => row.name === name)) return { kind: 'not_found' };
    await activateScriptRow(tx, name);
    return done;
  });
}

/** Removes a script; the active one cannot be (RFC 5804 §2.10). */
export async function deleteScript(ctx: ScriptContext, scope: Scope, name: string): Promise<ScriptChange> {
  return change(ctx, scope, async (tx, rows) => {
    const row = rows.find(one => one.name === name);
    if (row === undefined) return { kind: 'not_found' };
    if (row.active) return { kind: 'active' };
    await removeScriptRow(tx, name);
    return done;
  });
}

/** Renames a script; an active one stays active (RFC 5804 §2.11.1). */
export async function renameScript(
  ctx: ScriptContext,
  scope: Scope,
  from: string,
  to: string,
): Promise<ScriptChange> {
  if (!isScriptName(to, ctx.limits)) return { kind: 'bad_name' };
  return change(ctx, scope, async (tx, rows) => {
    if (!rows.some(row => row.name === from)) return { kind: 'not_found' };
    if (rows.some(row => row.name === to)) return { kind: 'exists' };
    await renameScriptRow(tx, from, to);
    return done;
  });
}
