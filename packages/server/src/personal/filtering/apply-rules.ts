import { decodeParts } from '@hongyan/formats/message/part-table.ts';
import type { SieveAction } from '@hongyan/formats/sieve/execution/action.ts';
import type { SieveEnvironment } from '@hongyan/formats/sieve/execution/environment.ts';
import { SieveMessage } from '@hongyan/formats/sieve/execution/message.ts';
import { runSieve, type SieveScript } from '@hongyan/formats/sieve/script.ts';
import type { Scope } from '../../access/scope.ts';
import { readMessageRange } from '../../mailbox/body.ts';
import { copyMessages, moveMessages } from '../../mailbox/copy.ts';
import { storeFlags } from '../../mailbox/flags.ts';
import { bitOf } from '../../mailbox/keywords.ts';
import { listMailboxes } from '../../mailbox/list.ts';
import { fetchEntries, fetchRows } from '../../mailbox/rows.ts';
import { Flag, type Mailbox, type MailboxId, type MessageRow, type UidRanges } from '../../mailbox/types.ts';
import { MailError } from '../../platform/errors.ts';
import { type PersonalContext, requireWrite } from '../context.ts';
import type { Rule } from '../types/rule.ts';
import { attachmentNames } from './attachment-names.ts';
import { attachmentsItem } from './compile-condition.ts';
import { rulesScript } from './forms.ts';

/** What running rules over a mailbox came to. */
export interface Applied {
  readonly scanned: number;
  readonly matched: number;
  /** Mails that are different now. */
  readonly changed: number;
  /** Where to go on: mails with a lower UID are left; 0 when there are none. */
  readonly position: number;
}

/** Octets of a header and of a body that rules look at. */
const mostHeader = 512 * 1024;
const mostBody = 16 * 1024 * 1024;

/**
 * Runs rules over mail that is in a mailbox, the newest first, from below `position` (null: from the end) and at most
 * `limits.maxApplyAtOnce` mails (FLT-01). Nothing is sent anywhere. Throws `mailbox.not_found`, `input.invalid`.
 */
export async function applyRules(
  ctx: PersonalContext,
  scope: Scope,
  rules: readonly Rule[],
  mailboxId: MailboxId,
  position: number | null,
): Promise<Applied> {
  requireWrite(scope);
  const { mailboxes } = ctx;
  const reading = await mailboxes.accounts.read(scope, reader => rulesScript(reader, rules));
  if (reading.kind === 'invalid') throw new MailError('input.invalid', { reason: reading.problem.message });
  const folders = await listMailboxes(mailboxes, scope);
  const last = (position ?? 2 ** 32) - 1;
  const entries = await fetchEntries(mailboxes, scope, mailboxId, last < 1 ? [] : [[1, last]]);
  const living = entries.filter(entry => (entry.flags.bits & Flag.Deleted) === 0);
  const chosen = living.slice(-ctx.limits.maxApplyAtOnce);
  const uids: UidRanges = chosen.map(({ uid }) => [uid, uid] as const);
  const rows: MessageRow[] = [];
  const slices = fetchRows(mailboxes, scope, mailboxId, uids, { parts: true });
  for await (const slice of slices) rows.push(...slice);
  let matched = 0;
  let changed = 0;
  for (const row of rows.toReversed()) {
    const actions = await decide(ctx, scope, reading.script, row);
    if (actions === null) continue;
    matched += 1;
    if (await carryOut(ctx, scope, mailboxId, row, actions, folders)) changed += 1;
  }
  const first = chosen[0]?.uid ?? 0;
  return { scanned: chosen.length, matched, changed, position: living.length > chosen.length ? first : 0 };
}

/** What the rules say about one mail; null when none matched. */
async function decide(
  ctx: PersonalContext,
  scope: Scope,
  script: SieveScript,
  row: MessageRow,
): Promise<readonly SieveAction[] | null> {
  const { mailboxes } = ctx;
  const root = decodeParts(row.parts);
  const before = row.prefix.length;
  const header = await readMessageRange(
    mailboxes,
    scope,
    row,
    0,
    before + Math.min(root.bodyStart, mostHeader),
  );
  const message = new SieveMessage(header, row.size, async () => ({
    bytes: await readMessageRange(mailboxes, scope, row, before, Math.min(row.size, before + mostBody)),
    root,
    size: row.size - before,
  }));
  const environment: SieveEnvironment = {
    now: mailboxes.clock.now(),
    zone: 0,
    envelope: { from: '', to: '' },
    item: name => (name === attachmentsItem ? attachmentNames(root) : null),
    mailboxExists: async () => true,
    specialUse: async () => false,
    seen: async () => false,
    script: async () => null,
  };
  const outcome = await runSieve(script, message, environment);
  if (outcome.kind === 'failed') return null;
  const [first] = outcome.actions;
  const untouched = outcome.actions.length === 1 && first?.kind === 'keep' && first.flags.length === 0;
  return untouched ? null : outcome.actions;
}

function flagsOf(actions: readonly SieveAction[]): string[] {
  return actions.flatMap(action => ('flags' in action ? [...action.flags] : []));
}

/** Marks, copies, then moves. Returns whether anything is different. */
async function carryOut(
  ctx: PersonalContext,
  scope: Scope,
  from: MailboxId,
  row: MessageRow,
  actions: readonly SieveAction[],
  folders: readonly Mailbox[],
): Promise<boolean> {
  const { mailboxes } = ctx;
  const uids: UidRanges = [[row.uid, row.uid]];
  let changed = false;
  const flags = [...new Set(flagsOf(actions))];
  if (flags.length > 0) {
    const bits = flags.reduce((sum, flag) => sum | (bitOf(flag) ?? 0), 0);
    const keywords = flags.filter(flag => bitOf(flag) === null && !flag.startsWith('\\'));
    const stored = await storeFlags(mailboxes, scope, from, uids, { mode: 'add', flags: { bits, keywords } });
    changed = stored.changed.length > 0;
  }
  const kept = actions.some(action => action.kind === 'keep');
  const targets = actions
    .filter(action => action.kind === 'fileinto')
    .map(({ mailbox }) => folders.find(one => one.path.join('/') === mailbox)?.id)
    .filter(id => id !== undefined && id !== from);
  const [last] = kept ? [] : targets.splice(-1);
  for (const target of new Set(targets)) {
    if (target === undefined) continue;
    await copyMessages(mailboxes, scope, from, uids, target);
    changed = true;
  }
  if (last === undefined) return changed;
  await moveMessages(mailboxes, scope, from, uids, last);
  return true;
}
