/** What a running script may ask. Nothing of it changes anything. */
export interface SieveEnvironment {
  /** ms since the epoch. */
  readonly now: number;
  /** Zone of dates without `:zone`, minutes east of Greenwich. */
  readonly zone: number;
  readonly envelope: {
    /** Reverse-path, empty for `<>`. */
    readonly from: string;
    /** The recipient's address as the sender wrote it. */
    readonly to: string;
  };
  /** An item of RFC 5183 §4.1; null when there is none of that name. */
  item(name: string): string | null;
  mailboxExists(name: string): Promise<boolean>;
  /** Whether there is a mailbox with a special use, of that name if one is given (RFC 8579 §4). */
  specialUse(mailbox: string | null, use: string): Promise<boolean>;
  /** Whether an earlier message was remembered under this id. */
  seen(id: string): Promise<boolean>;
  /** The text of another script of the account, or null. */
  script(location: 'personal' | 'global', name: string): Promise<Uint8Array | null>;
}
