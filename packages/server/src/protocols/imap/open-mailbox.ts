import {
  parseSelectParameters,
  type SelectParameters,
} from '@hongyan/formats/imap/arguments/select-parameters.ts';
import type { Scanner } from '@hongyan/formats/imap/scanner.ts';
import { bad, type CommandResult, ok, type ParseContext } from './command.ts';
import { findMailbox } from './find-mailbox.ts';
import { collectNames } from './list/names.ts';
import { writeListName } from './list/write-list.ts';
import { type MailboxName, nameOfPath, parseMailboxName, pathOf } from './mailbox-path.ts';
import { objectId } from './realms/realm.ts';
import { resynchronise } from './resync/resync.ts';
import { SelectedMailbox } from './selected-mailbox.ts';
import type { Session } from './session.ts';

export interface SelectArguments extends SelectParameters {
  readonly name: MailboxName;
}

/** `SP mailbox [SP "(" select-param … ")"]` (RFC 9051 §6.3.2, RFC 7162 §3.1.8, §3.2.5). */
export function parseSelect(scanner: Scanner, context: ParseContext): SelectArguments {
  scanner.space();
  const name = parseMailboxName(scanner, context);
  const parameters = scanner.takeSpace()
    ? parseSelectParameters(scanner)
    : { condstore: false, qresync: null };
  return { name, ...parameters };
}

function writeOpened(session: Session, selected: SelectedMailbox): void {
  const { out } = session;
  const { mailbox } = selected.opened;
  out.ascii(`* FLAGS (${selected.flags})\r\n`);
  session.say('OK', 'Flags that can be changed', `PERMANENTFLAGS (${selected.permanentFlags})`);
  out.ascii(`* ${selected.view.count} EXISTS\r\n`);
  if (!session.rev2) out.ascii('* 0 RECENT\r\n');
  session.say('OK', 'UIDs are valid', `UIDVALIDITY ${mailbox.uidValidity}`);
  session.say('OK', 'Next UID', `UIDNEXT ${mailbox.uidNext}`);
  session.say('OK', 'Highest', `HIGHESTMODSEQ ${mailbox.highestModseq}`);
  session.say('OK', 'Mailbox id', `MAILBOXID (${objectId(selected.realm, 'm', mailbox.id)})`);
}

/** RFC 9051 §6.3.2: an IMAP4rev2 session hears the mailbox's LIST data as well. */
async function writeListOf(session: Session, selected: SelectedMailbox): Promise<void> {
  const name = nameOfPath(selected.opened.mailbox.path);
  const names = await collectNames(session);
  const found = names.find(each => each.name === name);
  if (found !== undefined) {
    writeListName(session.out, { ...found, childInfo: [] }, { utf8: session.utf8, subscribed: false });
  }
}

/** Opens the mailbox of a name, as `findMailbox` finds it: one of the session's own with a single read. */
async function openNamed(session: Session, name: MailboxName, readOnly: boolean): Promise<SelectedMailbox> {
  const { mail, realm } = session;
  const own = await SelectedMailbox.openAt(mail, realm, pathOf(name), readOnly);
  return own ?? SelectedMailbox.open(mail, await findMailbox(session, name), readOnly);
}

/** SELECT and EXAMINE. The mailbox selected before is let go, also when this fails (RFC 9051 §6.3.2). */
export async function openMailbox(
  session: Session,
  args: SelectArguments,
  readOnly: boolean,
): Promise<CommandResult> {
  if (args.qresync !== null && !session.enabled.has('QRESYNC')) return bad('QRESYNC is not enabled');
  if (session.uidOnly && args.qresync !== null && args.qresync.matches.length > 0)
    return bad('Message numbers are off', 'UIDREQUIRED');
  if (session.state === 'selected') {
    session.select(null);
    session.say('OK', 'Previous mailbox is closed', 'CLOSED');
  }
  if (args.condstore) session.enable('CONDSTORE');
  const selected = await openNamed(session, args.name, readOnly);
  session.select(selected);
  writeOpened(session, selected);
  if (session.rev2) await writeListOf(session, selected);
  if (args.qresync !== null) await resynchronise(session, args.qresync);
  return readOnly
    ? ok('EXAMINE completed', 'READ-ONLY')
    : ok('SELECT completed', selected.readOnly ? 'READ-ONLY' : 'READ-WRITE');
}
