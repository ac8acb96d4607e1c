import { textOf } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../access/scope.ts';
import { storeFlags } from '../mailbox/flags.ts';
import { keywordIds, keywordNames } from '../mailbox/keywords.ts';
import { isMailError } from '../platform/errors.ts';
import { carriersOf, keywordUse } from '../store/accounts/personal/label-rows.ts';
import { type PersonalContext, requireRead, requireWrite } from './context.ts';
import type { StoredObject } from './objects/kind.ts';

/** How many mails have a label. */
export interface LabelUse {
  readonly total: number;
  readonly unread: number;
}

/** Mails that one transaction takes a label from, about. */
const atATime = 1_000;

/** How many mails have each of these labels, by keyword. */
export async function labelUse(ctx: PersonalContext, scope: Scope): Promise<(keyword: string) => LabelUse> {
  requireRead(scope);
  const { use, ids } = await ctx.mailboxes.accounts.read(scope, async reader => ({
    use: await keywordUse(reader),
    ids: new Map([...(await keywordNames(reader))].map(([id, name]) => [name.toLowerCase(), id])),
  }));
  const sums = new Map<number, { total: number; unread: number }>();
  for (const { keywords, total, unread } of use) {
    for (const id of keywordIds(keywords)) {
      const sum = sums.get(id) ?? { total: 0, unread: 0 };
      sums.set(id, { total: sum.total + total, unread: sum.unread + unread });
    }
  }
  return keyword => sums.get(ids.get(keyword.toLowerCase()) ?? -1) ?? { total: 0, unread: 0 };
}

/** Takes a label's keyword from all mail (FLD-03), in slices: what is done stays done when it breaks off. */
export async function clearLabel(ctx: PersonalContext, scope: Scope, label: StoredObject): Promise<void> {
  requireWrite(scope);
  const keyword = textOf(label.value, 'keyword');
  for (;;) {
    const carriers = await ctx.mailboxes.accounts.read(scope, async reader => {
      const names = await keywordNames(reader);
      const id = [...names].find(([, name]) => name.toLowerCase() === keyword.toLowerCase())?.[0];
      return id === undefined ? [] : carriersOf(reader, id, atATime);
    });
    if (carriers.length === 0) return;
    let changed = 0;
    for (const [mailboxId, rows] of Map.groupBy(carriers, row => row.mailboxId)) {
      const uids = rows.map(({ uid }) => [uid, uid] as const);
      const flags = { bits: 0, keywords: [keyword] };
      try {
        const done = await storeFlags(ctx.mailboxes, scope, mailboxId, uids, { mode: 'remove', flags });
        changed += done.changed.length;
      } catch (error) {
        // A folder that goes at this moment takes its mail along.
        if (!isMailError(error, 'mailbox.not_found')) throw error;
        changed += 1;
      }
    }
    if (changed === 0) return;
  }
}
