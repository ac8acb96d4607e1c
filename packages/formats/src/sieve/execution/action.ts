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

/** A piece of a body: octets, or a range of the message as it is stored. */
export type BodyPiece = Uint8Array | { readonly start: number; readonly end: number };

/** The message as a script has changed it before an action (RFC 5293, RFC 5703). */
export interface EditedMessage {
  /** With what the server had put in front, without the blank line behind it. */
  readonly header: Uint8Array;
  /** What follows the blank line; null when that is as it came. */
  readonly body: readonly BodyPiece[] | null;
}

/** Null when the message is as it came. */
export type Edited = EditedMessage | null;

/** What a script decided; in the order of the script. Nothing has been done yet. */
export type SieveAction =
  | { readonly kind: 'keep'; readonly flags: readonly string[]; readonly edited: Edited }
  | ({
      readonly kind: 'fileinto';
      readonly flags: readonly string[];
      readonly edited: Edited;
    } & FileTarget)
  | { readonly kind: 'redirect'; readonly address: string; readonly edited: Edited }
  | { readonly kind: 'discard' }
  | { readonly kind: 'reject'; readonly reason: string; readonly extended: boolean }
  | ({ readonly kind: 'vacation' } & Vacation)
  | ({ readonly kind: 'notify' } & Notification)
  /** RFC 7352: to be remembered once everything else is done. */
  | { readonly kind: 'remember'; readonly id: string; readonly seconds: number };
