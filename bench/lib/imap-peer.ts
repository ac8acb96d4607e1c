import type { Subject } from './subject.ts';

/** A running IMAP server under measurement. */
export interface ImapPeer
  extends Pick<Subject, 'name' | 'imapPort' | 'password' | 'roots' | 'login'>,
    AsyncDisposable {
  /** TLS from the first byte. */
  readonly imapsPort: number;
}
