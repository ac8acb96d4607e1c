/** The parts of RFC 8620 and RFC 8621 that the webmail uses. */

export interface Session {
  readonly username: string;
  readonly apiUrl: string;
  readonly downloadUrl: string;
  readonly uploadUrl: string;
  readonly eventSourceUrl: string;
  readonly state: string;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly accounts: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly isPersonal?: boolean;
        readonly isReadOnly?: boolean;
        readonly accountCapabilities: Readonly<Record<string, Record<string, unknown>>>;
      }
    >
  >;
  readonly primaryAccounts: Readonly<Record<string, string>>;
}

export interface Mailbox {
  readonly id: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly role: string | null;
  readonly sortOrder: number;
  readonly totalEmails: number;
  readonly unreadEmails: number;
  readonly totalThreads: number;
  readonly unreadThreads: number;
}

export interface Address {
  readonly name: string | null;
  readonly email: string;
}

export interface BodyPart {
  readonly partId: string | null;
  readonly blobId: string | null;
  readonly size: number;
  readonly name: string | null;
  readonly type: string;
  readonly charset: string | null;
  readonly disposition: string | null;
  readonly cid: string | null;
}

export interface BodyValue {
  readonly value: string;
  readonly isTruncated: boolean;
}

/** An Email with the properties a list row needs. */
export interface EmailRow {
  readonly id: string;
  readonly threadId: string;
  readonly mailboxIds: Readonly<Record<string, true>>;
  readonly keywords: Readonly<Record<string, true>>;
  readonly from: readonly Address[] | null;
  readonly to: readonly Address[] | null;
  readonly subject: string | null;
  readonly receivedAt: string;
  readonly size: number;
  readonly preview: string;
  readonly hasAttachment: boolean;
}

/** Changes of one mail's keywords and mailboxes, as a JMAP patch (RFC 8620 §5.3). */
export type EmailPatch = Readonly<Record<string, true | null>>;

/** An Email with everything the reader needs. */
export interface EmailFull extends EmailRow {
  readonly blobId: string;
  readonly messageId: readonly string[] | null;
  readonly inReplyTo: readonly string[] | null;
  readonly references: readonly string[] | null;
  readonly cc: readonly Address[] | null;
  readonly bcc: readonly Address[] | null;
  readonly replyTo: readonly Address[] | null;
  readonly sentAt: string | null;
  readonly htmlBody: readonly BodyPart[];
  readonly textBody: readonly BodyPart[];
  readonly attachments: readonly BodyPart[];
  readonly bodyValues: Readonly<Record<string, BodyValue>>;
  readonly 'header:Disposition-Notification-To:asAddresses'?: readonly Address[] | null;
  readonly 'header:Importance:asText'?: string | null;
  /** When the mail comes back to the inbox, where the server can do that. */
  readonly snoozed?: { readonly until: string } | null;
}

/** What the server knows of a mail's sender (docs/api/jmap.md). */
export interface SenderCheck {
  readonly id: string;
  readonly verdict: 'verified' | 'unverified' | 'suspicious' | 'unchecked';
  readonly spf: string | null;
  readonly dkim: string | null;
  readonly dmarc: string | null;
  readonly isExternal: boolean;
  readonly looksLike: string | null;
  readonly nameClaims: string | null;
  readonly unsubscribe: {
    readonly oneClickHost: string | null;
    readonly mailto: string | null;
    readonly page: string | null;
  } | null;
}

export interface Thread {
  readonly id: string;
  readonly emailIds: readonly string[];
}

export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly htmlSignature: string;
  readonly textSignature: string;
}

export interface SetError {
  readonly type: string;
  readonly description?: string;
}

export interface SetResponse {
  readonly newState: string;
  readonly created?: Readonly<
    Record<string, Readonly<Record<string, unknown>> & { readonly id: string }>
  > | null;
  readonly updated?: Readonly<Record<string, unknown>> | null;
  readonly destroyed?: readonly string[] | null;
  readonly notCreated?: Readonly<Record<string, SetError>> | null;
  readonly notUpdated?: Readonly<Record<string, SetError>> | null;
  readonly notDestroyed?: Readonly<Record<string, SetError>> | null;
}

export interface GetResponse<Item> {
  readonly state: string;
  readonly list: readonly Item[];
  readonly notFound: readonly string[];
}

export interface QueryResponse {
  readonly queryState: string;
  readonly canCalculateChanges: boolean;
  readonly position: number;
  readonly ids: readonly string[];
  readonly total?: number;
}

export interface ChangesResponse {
  readonly oldState: string;
  readonly newState: string;
  readonly hasMoreChanges: boolean;
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly destroyed: readonly string[];
}
