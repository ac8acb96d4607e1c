import { createHash } from 'node:crypto';
import { printBlobId } from '@hongyan/formats/jmap/blob-id.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { createPhrases, languageOf } from '@hongyan/phrases/phrases.ts';
import type { Scope } from '../../../access/scope.ts';
import { getScript, listScripts, type Script, type ScriptRefusal } from '../../../sieve/scripts.ts';
import { findBlob, readBlob, scriptHash } from '../blobs.ts';
import type { JmapContext } from '../context.ts';

/** Properties of a SieveScript (RFC 9661 §2). */
export const scriptProperties: ReadonlySet<string> = new Set(['id', 'name', 'blobId', 'isActive']);

/** The state of SieveScript: whatever changes a script changes it. */
export function scriptState(rows: readonly Script[]): string {
  const text = JSON.stringify(rows.map(row => [row.id, row.name, row.size, row.active, row.updatedAt]));
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** The SieveScript objects of an account, in the order of their names, and their state. */
export async function readScripts(
  ctx: JmapContext,
  scope: Scope,
): Promise<{ readonly rows: readonly Script[]; readonly state: string }> {
  const rows = await listScripts(ctx.scripts, scope);
  return { rows, state: scriptState(rows) };
}

/** The object of a script; its text is read for the blob id. */
export async function scriptObject(ctx: JmapContext, scope: Scope, row: Script): Promise<JsonObject> {
  const content = (await getScript(ctx.scripts, scope, row.name)) ?? new Uint8Array(0);
  return {
    id: printId('r', row.id),
    name: row.name,
    blobId: scriptBlobId(row.id, content),
    isActive: row.active,
  };
}

export function scriptBlobId(scriptId: number, content: Uint8Array): string {
  return printBlobId({ kind: 'script', scriptId, hash: scriptHash(content), part: null });
}

/** The text in a blob. Throws `blobNotFound`, `tooLarge`. */
export async function readScriptBlob(ctx: JmapContext, scope: Scope, blobId: string): Promise<Uint8Array> {
  const blob = await findBlob(ctx, scope, blobId);
  if (!blob) throw new SetError('blobNotFound', '', { notFound: [blobId] });
  return readBlob(blob, ctx.scripts.limits.script.scriptBytes);
}

/** The SetError for a script that was not taken (RFC 9661 §2.3); texts in the member's language. */
export async function refusalOf(ctx: JmapContext, scope: Scope, refusal: ScriptRefusal): Promise<SetError> {
  switch (refusal.kind) {
    case 'invalid': {
      const { language } = await ctx.personal.directory.getUser(scope, scope.accountId);
      const phrases = createPhrases(language === null ? ctx.personal.language : languageOf(language));
      const { problem } = refusal;
      const text = phrases.find(`sieve.${problem.code}`, problem.fields) ?? problem.message;
      return new SetError('invalidSieve', phrases.say('sieve.where', { ...problem.position, problem: text }));
    }
    case 'bad_name':
      return invalidProperties(['name']);
    case 'not_found':
      return new SetError('notFound');
    case 'exists': {
      return new SetError('alreadyExists');
    }
    case 'active':
      return new SetError('sieveIsActive');
    case 'too_many':
      return new SetError('overQuota');
    case 'too_large':
      return new SetError('tooLarge', '', { maxSize: refusal.max });
    default:
      return refusal satisfies never;
  }
}
