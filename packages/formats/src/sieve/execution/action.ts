/** Where `fileinto` goes. */
export interface FileTarget {
  readonly mailbox: string;
  /** RFC 5490 §3.2: make it if it does not exist. */
  readonly create: boolean;
  /** RFC 8579 §5: the mailbox with this special use, if there is one. */
  readonly specialUse: string | null;
}

export interface Vacation {
  /** Seconds until the same sender gets another answer; 0: every time (RFC 6131 §2). */
  readonly seconds: number;
  readonly subject: string | null;
  readonly from: string | null;
  /** Further addresses of the owner. */
  readonly addresses: readonly string[];
  /** Whether `reason` is a MIME entity. */
  readonly mime: boolean;
  readonly handle: string | null;
  readonly reason: string;
}

export interface Notification {
  readonly recipients: readonly { readonly kind: 'to' | 'cc' | 'bcc'; readonly address: string }[];
  readonly subject: string | null;
  readonly body: string | null;
  readonly from: string | null;
  readonly importance: '1' | '2' | '3';
  readonly message: string | null;
}

/**
 * The header as the script has edited it before an action, with what the server had put in front, without the blank
 * line behind it (RFC 5293); null when it was not edited.
 */
export type EditedHeader = Uint8Array | null;

/** What a script decided; in the order of the script. Nothing has been done yet. */
export type SieveAction =
  | { readonly kind: 'keep'; readonly flags: readonly string[]; readonly header: EditedHeader }
  | ({
      readonly kind: 'fileinto';
      readonly flags: readonly string[];
      readonly header: EditedHeader;
    } & FileTarget)
  | { readonly kind: 'redirect'; readonly address: string; readonly header: EditedHeader }
  | { readonly kind: 'discard' }
  | { readonly kind: 'reject'; readonly reason: string; readonly extended: boolean }
  | ({ readonly kind: 'vacation' } & Vacation)
  | ({ readonly kind: 'notify' } & Notification)
  /** RFC 7352: to be remembered once everything else is done. */
  | { readonly kind: 'remember'; readonly id: string; readonly seconds: number };
