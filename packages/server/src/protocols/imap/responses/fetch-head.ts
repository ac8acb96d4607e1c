import type { Session } from '../session.ts';

/** Begins a FETCH response: `* 3 FETCH (`, or `* 117 UIDFETCH (` where UIDs only are in use (RFC 9586 §3.3). */
export function fetchHead(session: Session, uid: number, sequence: number): void {
  const { out } = session;
  if (session.uidOnly) out.ascii('* ').number(uid).ascii(' UIDFETCH (');
  else out.ascii('* ').number(sequence).ascii(' FETCH (');
}

/** As `fetchHead` for a response that must tell the UID, followed by a space. */
export function flagsHead(session: Session, uid: number): void {
  fetchHead(session, uid, session.selected.view.sequenceOf(uid));
  if (!session.uidOnly) session.out.ascii('UID ').number(uid).ascii(' ');
}
