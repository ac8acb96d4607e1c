import type { Scope } from '../../access/scope.ts';
import { addAlias, removeAlias } from '../../directory/aliases.ts';
import type { WecomContext } from './context.ts';

/** Makes `wanted` the aliases of an account: what is not there goes, what is new comes. Throws what the directory throws. */
export async function replaceAliases(
  ctx: WecomContext,
  scope: Scope,
  account: { readonly accountId: number; readonly aliases: readonly string[] },
  wanted: readonly string[],
): Promise<void> {
  const key = (text: string): string => text.toLowerCase();
  const [now, next] = [new Set(account.aliases.map(key)), new Set(wanted.map(key))];
  for (const alias of account.aliases) {
    if (!next.has(key(alias))) await removeAlias(ctx.directory, scope, alias);
  }
  for (const alias of wanted) {
    if (!now.has(key(alias))) await addAlias(ctx.directory, scope, account.accountId, alias);
  }
}
