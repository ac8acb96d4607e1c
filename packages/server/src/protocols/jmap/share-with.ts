import { isObject, type Json } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { Patch } from '@hongyan/formats/jmap/patch.ts';
import type { Scope } from '../../access/scope.ts';
import type { FolderRight } from '../../mailbox/sharing/rights.ts';
import { type FolderShares, type WantedShares, withShares } from '../../mailbox/sharing/shares.ts';
import { isMailError } from '../../platform/errors.ts';
import type { JmapContext } from './context.ts';
import { readRights, shareProperty } from './mailbox-object.ts';

/** People of one change. */
const maxPeople = 500;

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

/**
 * Runs a change of a mailbox together with what people get in it: both are done or neither. `where` is the mailbox, or the one
 * above a new one. Throws `invalidProperties` for people whom the company does not have, `forbidden`, `overQuota`.
 */
export async function sharing<T>(
  ctx: JmapContext,
  scope: Scope,
  where: number | null,
  wanted: WantedShares | null,
  work: (shares: FolderShares | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await withShares(ctx.mailboxes, scope, where, wanted, work);
  } catch (error) {
    if (!isMailError(error)) throw error;
    if (error.code === 'limit.exceeded' && error.fields['limit'] === 'acl') throw new SetError('overQuota');
    const { identifier } = error.fields;
    if (typeof identifier === 'string') {
      throw invalidProperties([`${shareProperty}/${identifier}`], 'no colleague');
    }
    throw error;
  }
}
