import { isObject, type Json } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Patch } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../access/scope.ts';
import { myRights, setAcl, sharedWith } from '../../mailbox/sharing/acl.ts';
import type { FolderRight } from '../../mailbox/sharing/rights.ts';
import { isMailError } from '../../platform/errors.ts';
import type { JmapContext } from './context.ts';
import { readRights, shareProperty } from './mailbox-object.ts';

/** People of one change. */
const maxPeople = 500;

/** What each person named gets; nobody else changes unless `whole`. */
export interface WantedShares {
  readonly whole: boolean;
  readonly people: ReadonlyMap<string, ReadonlySet<FolderRight>>;
}

function rightsOf(value: Json): Set<FolderRight> {
  const rights = value === null ? new Set<FolderRight>() : readRights(value);
  if (!rights) throw invalidProperties([shareProperty], 'MailboxRights expected');
  return rights;
}

/** Reads the patches of `shareWith`, whole or by person; null when there are none. Throws `invalidProperties`, `invalidPatch`. */
export function readShares(patches: readonly Patch[]): WantedShares | null {
  const mine = patches.filter(({ path }) => path[0] === shareProperty);
  const [first] = mine;
  if (!first) return null;
  if (mine.length > maxPeople) throw invalidProperties([shareProperty], 'too many');
  const people = new Map<string, Set<FolderRight>>();
  if (first.path.length === 1) {
    if (first.value !== null && !isObject(first.value)) throw invalidProperties([shareProperty]);
    const entries = Object.entries(first.value ?? {});
    if (entries.length > maxPeople) throw invalidProperties([shareProperty], 'too many');
    for (const [name, value] of entries) people.set(name.toLowerCase(), rightsOf(value));
    return { whole: true, people };
  }
  for (const { path, value } of mine) {
    const [, name] = path;
    if (path.length !== 2 || name === undefined)
      throw new SetError('invalidPatch', 'a person gets rights as a whole');
    people.set(name.toLowerCase(), rightsOf(value));
  }
  return { whole: false, people };
}

/** Gives and takes the rights. Throws `invalidProperties` for people whom the company does not have, `forbidden`. */
export async function applyShares(
  ctx: JmapContext,
  scope: Scope,
  mailboxId: number,
  { whole, people }: WantedShares,
): Promise<void> {
  const rights = await myRights(ctx.mailboxes, scope, mailboxId);
  if (!rights.has('a')) throw new SetError('forbidden');
  const all = new Map(people);
  if (whole) {
    for (const { identifier } of (await sharedWith(ctx.mailboxes, scope)).get(mailboxId) ?? []) {
      const key = identifier.toLowerCase();
      if (!all.has(key)) all.set(key, new Set());
    }
  }
  for (const [identifier, given] of all) {
    try {
      await setAcl(ctx.mailboxes, scope, mailboxId, identifier, { mode: 'set', rights: given });
    } catch (error) {
      if (isMailError(error, 'limit.exceeded')) throw new SetError('overQuota');
      if (isMailError(error, 'account.not_found') || isMailError(error, 'mailbox.protected')) {
        throw invalidProperties([`${shareProperty}/${identifier}`], 'no colleague');
      }
      throw error;
    }
  }
}
