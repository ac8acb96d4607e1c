/** A running mail server under measurement. */
export interface Subject extends AsyncDisposable {
  readonly name: string;
  readonly smtpPort: number;
  readonly imapPort: number;
  /** Password of every user. */
  readonly password: string;
  /** Processes whose CPU time, with that of their descendants, is the server's. */
  readonly roots: readonly number[];
  /** Folder whose growth is what the mails take on disk. */
  readonly storage: string;
  /** IMAP login name of the user `local`@hongyan.test. */
  readonly login: (local: string) => string;
  /** Waits until caches and logs are folded into their files, as they would be after a quiet minute. */
  readonly settle?: () => Promise<void>;
}
