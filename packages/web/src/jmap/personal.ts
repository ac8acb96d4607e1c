/** What a member keeps beside mail; the shapes of docs/api/jmap-personal.md. */

export const labelColors = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple', 'grey'] as const;
export type LabelColor = (typeof labelColors)[number];

/** A coloured word on mails (FLD-02, FLD-03). On the mail it is an IMAP keyword. */
export interface Label {
  readonly id: string;
  readonly name: string;
  readonly color: LabelColor;
  readonly keyword: string;
  readonly sortOrder: number;
  readonly totalEmails: number;
  readonly unreadEmails: number;
}

/** CMP-08. */
export interface Signature {
  readonly id: string;
  readonly name: string;
  readonly htmlBody: string;
  readonly textBody: string;
  readonly isDefault: boolean;
  readonly isDefaultForReplies: boolean;
}

/** CMP-09. */
export interface Template {
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly htmlBody: string;
  readonly sortOrder: number;
  readonly isPreset: boolean;
}

/** SET-01 to SET-12, one per account. */
export interface Settings {
  readonly id: 'singleton';
  readonly language: 'zh-CN' | 'en' | null;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly density: 'compact' | 'standard' | 'comfortable';
  readonly landingPage: 'home' | 'inbox' | 'unread';
  readonly pageSize: number;
  readonly showSize: boolean;
  readonly showPreview: boolean;
  readonly conversationView: boolean;
  readonly quickCompose: boolean;
  readonly keyboardShortcuts: boolean;
  readonly composeFont: string;
  readonly composeFontSize: number;
  readonly quote: 'all' | 'none';
  readonly replyPrefix: 'en' | 'zh';
  readonly replyTo: string | null;
  readonly saveSent: boolean;
  readonly undoSeconds: number;
  readonly remoteImages: 'ask' | 'always' | 'never';
  /** Addresses whose pictures are shown without asking. */
  readonly imageSenders: readonly string[];
  readonly markReadAfterSeconds: number;
  readonly desktopNotifications: boolean;
  readonly notificationSound: boolean;
  readonly sendReceipts: 'ask' | 'always' | 'never';
  readonly autoForward: {
    readonly isEnabled: boolean;
    readonly address: string | null;
    readonly keepCopy: boolean;
  };
  readonly pop: { readonly rangeDays: number | null; readonly keepDeleted: boolean };
  readonly mayForward: boolean;
  readonly mayRestoreDeleted: boolean;
}

/** What holds until the server has answered, and for servers without settings. */
export const defaultSettings: Settings = {
  id: 'singleton',
  language: null,
  theme: 'auto',
  density: 'standard',
  landingPage: 'inbox',
  pageSize: 50,
  showSize: false,
  showPreview: true,
  conversationView: true,
  quickCompose: true,
  keyboardShortcuts: true,
  composeFont: '',
  composeFontSize: 14,
  quote: 'all',
  replyPrefix: 'en',
  replyTo: null,
  saveSent: true,
  undoSeconds: 10,
  remoteImages: 'ask',
  imageSenders: [],
  markReadAfterSeconds: 0,
  desktopNotifications: false,
  notificationSound: false,
  sendReceipts: 'ask',
  autoForward: { isEnabled: false, address: null, keepCopy: true },
  pop: { rangeDays: null, keepDeleted: false },
  mayForward: true,
  mayRestoreDeleted: true,
};

export type ConditionField =
  | 'from'
  | 'to'
  | 'cc'
  | 'recipient'
  | 'subject'
  | 'body'
  | 'text'
  | 'attachmentName'
  | 'size'
  | 'listId'
  | 'header';

export interface RuleCondition {
  readonly field: ConditionField;
  readonly header?: string;
  readonly operator:
    | 'contains'
    | 'notContains'
    | 'is'
    | 'isNot'
    | 'startsWith'
    | 'endsWith'
    | 'over'
    | 'under'
    | 'exists';
  /** Octets for `size`; null for `exists`. */
  readonly value: string | number | null;
}

export type RuleAction =
  | { readonly type: 'move' | 'copy'; readonly mailboxId: string }
  | { readonly type: 'label'; readonly labelId: string }
  | { readonly type: 'star' | 'markRead' | 'delete' | 'toDo' }
  | { readonly type: 'forward'; readonly address: string; readonly keepCopy: boolean }
  | { readonly type: 'refuse'; readonly reason: string };

/** FLT-01. */
export interface FilterRule {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly sortOrder: number;
  readonly match: 'all' | 'any';
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
  readonly stop: boolean;
}

/** FLT-02, FLT-03. */
export interface SenderEntry {
  readonly id: string;
  readonly kind: 'block' | 'allow';
  readonly value: string;
  readonly createdAt: string;
}

/** RFC 8621 §8, SET-11. */
export interface VacationResponse {
  readonly id: 'singleton';
  readonly isEnabled: boolean;
  readonly fromDate: string | null;
  readonly toDate: string | null;
  readonly subject: string | null;
  readonly textBody: string | null;
  readonly htmlBody: string | null;
}
