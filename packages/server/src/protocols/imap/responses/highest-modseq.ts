import type { Session } from '../session.ts';

/**
 * `HIGHESTMODSEQ n` after a command that removed messages (RFC 7162 §3.2.7); undefined where QRESYNC is not enabled.
 * What was removed must have been absorbed.
 */
export function highestModseq(session: Session): string | undefined {
  return session.enabled.has('QRESYNC') ? `HIGHESTMODSEQ ${session.selected.highestModseq}` : undefined;
}
