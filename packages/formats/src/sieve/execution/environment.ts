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
  /** Whose mail it is; the recipient of the envelope when left out. */
  readonly owner?: { readonly address: string; readonly name: string };
  /** An item of RFC 5183 §4.1; null when there is none of that name. */
  item(name: string): string | null;
  mailboxExists(name: string): Promise<boolean>;
  /** Whether there is a mailbox with a special use, of that name if one is given (RFC 8579 §4). */
  specialUse(mailbox: string | null, use: string): Promise<boolean>;
  /** An annotation of a mailbox, or with null of the server; null when there is none (RFC 5490). Name in lower case. */
  metadata?(mailbox: string | null, entry: string): Promise<string | null>;
  /** What scanners found; a part that is null or left out was not looked at. */
  readonly scores?: {
    /** How likely spam, percent. */
    readonly spam?: number | null;
    /** 1 none, 2 cured, 3 possibly cured, 4 possibly one, 5 certainly one (RFC 5235 §3.2). */
    readonly virus?: number | null;
  };
  /** Whether a value stands in a list; null when there is no such list (RFC 6134). */
  inList?(list: string, value: string): Promise<boolean | null>;
  /** All addresses of a list; null when it cannot be listed. */
  listMembers?(list: string): Promise<readonly string[] | null>;
  /** Whether an earlier message was remembered under this id. */
  seen(id: string): Promise<boolean>;
  /** The text of another script of the account, or null. */
  script(location: 'personal' | 'global', name: string): Promise<Uint8Array | null>;
}
