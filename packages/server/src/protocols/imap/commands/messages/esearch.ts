import { type MultisearchProgram, parseMultisearch } from '@hongyan/formats/imap/arguments/multisearch.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { normalizeRanges, rangesOf } from '@hongyan/formats/imap/sequence-set.ts';
import { fetchEntries } from '../../../../mailbox/rows.ts';
import { searchMessages } from '../../../../mailbox/search.ts';
import { openView } from '../../../../mailbox/view.ts';
import { isMailError } from '../../../../platform/errors.ts';
import {
  bad,
  type Command,
  type CommandResult,
  defineCommand,
  type Invocation,
  ok,
  signedIn,
} from '../../command.ts';
import { MailboxOrder } from '../../contexts/context-order.ts';
import { follow, reusesTag, unsorted } from '../../contexts/follow.ts';
import { lastingQuery } from '../../contexts/search-contexts.ts';
import { mailboxTest } from '../../list/filter-mailboxes.ts';
import { nameOfPath, writeMailboxName } from '../../mailbox-path.ts';
import type { SessionMailbox } from '../../realms/realm.ts';
import { allMailboxes } from '../../realms/realms.ts';
import { asksModseq, compileSearch, namesSaved, namesSequences } from '../../search/compile.ts';
import { findMessages } from '../../search/find-messages.ts';
import { relevancyOf } from '../../search/relevancy.ts';
import { asksResult, reported, scored, writeEsearch } from '../../search/write-result.ts';
import type { Session } from '../../session.ts';

function parse(scanner: Scanner): MultisearchProgram {
  scanner.space();
  return parseMultisearch(scanner);
}

function onlySelected(program: MultisearchProgram): boolean {
  return program.sources === null || program.sources.every(source => source.of === 'selected');
}

/** Why it cannot be done in this state, or null. */
function refusal(session: Session, program: MultisearchProgram, tag: string): CommandResult | null {
  if (reusesTag(session, program.update, tag)) return bad('Tag is in use');
  // RFC 7377 §2.2: only the selected mailbox can be followed.
  if (program.update !== null && session.state !== 'selected') return bad('No mailbox is selected');
  const selected = program.sources === null || program.sources.some(source => source.of === 'selected');
  if (selected && session.state !== 'selected') return bad('No mailbox is selected');
  if (onlySelected(program)) return null;
  if (program.returns?.includes('SAVE')) return bad('SAVE needs the selected mailbox alone');
  if (namesSequences(program.key) || namesSaved(program.key))
    return bad('Message numbers and $ need the selected mailbox alone');
  return null;
}

/** Each mailbox once, in the order of LIST. */
async function mailboxesOf(session: Session, program: MultisearchProgram): Promise<SessionMailbox[]> {
  const sources = program.sources ?? [{ of: 'selected' } as const];
  const tests = sources.map(source => mailboxTest(source, session, session.utf8));
  const mailboxes = await allMailboxes(session);
  return mailboxes.filter(mailbox => tests.some(test => test(mailbox)));
}

/** UIDs found in one mailbox; none if it is deleted meanwhile. */
async function findIn(
  session: Session,
  mailbox: SessionMailbox,
  program: MultisearchProgram,
): Promise<number[]> {
  if (session.hasSelected(mailbox)) return findMessages(session, program.key);
  const { mail } = session;
  const { realm } = mailbox;
  const { scope } = realm;
  try {
    const view = await openView(mail, scope, mailbox.id);
    const query = compileSearch(program.key, {
      realm,
      uidRanges: set => (set.kind === 'ranges' ? normalizeRanges(set.ranges, view.uids.at(-1) ?? 1) : []),
    });
    return await searchMessages(mail, scope, mailbox.id, query, view, { signal: session.gone });
  } catch (error) {
    // A folder that may be seen in lists but not read has nothing to find.
    if (isMailError(error, 'mailbox.not_found') || isMailError(error, 'access.denied')) return [];
    throw error;
  }
}

async function highestModseq(
  session: Session,
  { realm, id }: SessionMailbox,
  uids: readonly number[],
): Promise<number | null> {
  const entries = await fetchEntries(session.mail, realm.scope, id, rangesOf(uids));
  return entries.reduce<number | null>((highest, entry) => Math.max(highest ?? 0, entry.modseq), null);
}

async function answer(
  session: Session,
  program: MultisearchProgram,
  { tag }: Invocation,
): Promise<CommandResult> {
  const modseq = asksModseq(program.key);
  if (modseq) session.enable('CONDSTORE');
  const { partial } = program;
  const returns = program.returns ?? ['ALL' as const];
  const query = program.update && lastingQuery(program.key, session.selected);
  for (const mailbox of await mailboxesOf(session, program)) {
    const found = await findIn(session, mailbox, program);
    const told = reported(found, returns, partial);
    if (returns.includes('SAVE')) session.selected.save(told);
    if (program.update !== null && query !== null && session.hasSelected(mailbox)) {
      const { items } = program.update;
      const order = new MailboxOrder(found);
      follow(session, program.key, {
        tag,
        uid: true,
        namesMailbox: true,
        query,
        items,
        order,
        rows: unsorted,
      });
    }
    if (found.length === 0 || !asksResult({ returns, partial })) continue;
    const highest = modseq ? await highestModseq(session, mailbox, told) : null;
    const scores = returns.includes('RELEVANCY')
      ? [...(await relevancyOf(session, mailbox, program.key, scored(found, { returns, partial }))).values()]
      : null;
    const writeName = (writer: typeof session.out): void =>
      writeMailboxName(writer, nameOfPath(mailbox.path), session.utf8);
    const items = { returns, partial, mailbox: { writeName, uidValidity: mailbox.uidValidity } };
    writeEsearch(session.out, tag, items, { numbers: found, uid: true, modseq: highest, scores });
    await session.breathe();
  }
  return ok('ESEARCH completed');
}

/** ESEARCH (RFC 7377): searches several mailboxes; one answer for each that has something. */
export const esearch: Command = defineCommand({
  name: 'ESEARCH',
  states: signedIn,
  capability: ['MULTISEARCH'],
  slow: true,
  rfc: ['7377 §2'],
  parse,
  hasNumbers: program => namesSequences(program.key),
  run: async (session, program, invocation) => {
    const refused = refusal(session, program, invocation.tag);
    if (refused !== null) return refused;
    try {
      return await answer(session, program, invocation);
    } catch (error) {
      if (session.connection.closed) return null;
      throw error;
    }
  },
});
