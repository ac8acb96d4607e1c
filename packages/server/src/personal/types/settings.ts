import { type JsonObject, own } from '@hongyan/formats/jmap/json.ts';
import type { Language } from '@hongyan/phrases/phrases.ts';
import { mostRangeDays } from '../../mailbox/maildrop/settings.ts';
import type { Check } from '../objects/shape.ts';
import { address, bool, int, line, list, nullable, oneOf, record } from '../objects/shape.ts';

/** Bounds of numbers that a client shows sliders for. */
export const settingsBounds = {
  maxUndoSeconds: 30,
  minPageSize: 20,
  maxPageSize: 500,
  maxImageSenders: 500,
} as const;

/** What a member may set (SET-01 to SET-12, CLI-08, CLI-09), and what each value looks like. */
export const settingsShape: Readonly<Record<string, Check>> = {
  language: nullable(oneOf('zh-CN', 'en')),
  theme: oneOf('auto', 'light', 'dark'),
  density: oneOf('compact', 'standard', 'comfortable'),
  landingPage: oneOf('home', 'inbox', 'unread'),
  pageSize: int(settingsBounds.minPageSize, settingsBounds.maxPageSize),
  showSize: bool,
  showPreview: bool,
  conversationView: bool,
  quickCompose: bool,
  keyboardShortcuts: bool,
  composeFont: line(100),
  composeFontSize: int(8, 72),
  quote: oneOf('all', 'none'),
  replyPrefix: oneOf('en', 'zh'),
  replyTo: nullable(address),
  saveSent: bool,
  undoSeconds: int(0, settingsBounds.maxUndoSeconds),
  remoteImages: oneOf('ask', 'always', 'never'),
  imageSenders: list(address, settingsBounds.maxImageSenders),
  markReadAfterSeconds: int(-1, 10),
  desktopNotifications: bool,
  notificationSound: bool,
  sendReceipts: oneOf('ask', 'always', 'never'),
  autoForward: record({ isEnabled: bool, address: nullable(address), keepCopy: bool }),
  pop: record({ rangeDays: nullable(int(1, mostRangeDays)), keepDeleted: bool }),
};

/** What the company decides (SRC-10). */
export const settingsServerSet: ReadonlySet<string> = new Set(['id', 'mayForward', 'mayRestoreDeleted']);

/** What holds where a member set nothing. `pop` is the server's and comes from elsewhere. */
export function settingsDefaults(language: Language): JsonObject {
  return {
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
    replyPrefix: language === 'en' ? 'en' : 'zh',
    replyTo: null,
    saveSent: true,
    undoSeconds: 5,
    remoteImages: 'ask',
    imageSenders: [],
    markReadAfterSeconds: 0,
    desktopNotifications: false,
    notificationSound: false,
    sendReceipts: 'ask',
    autoForward: { isEnabled: false, address: null, keepCopy: true },
  };
}

/** Sending everything on (SET-12). */
export interface AutoForward {
  readonly isEnabled: boolean;
  readonly address: string | null;
  readonly keepCopy: boolean;
}

export function autoForwardOf(settings: JsonObject): AutoForward {
  const value = own(settings, 'autoForward') as unknown as AutoForward | undefined;
  return value ?? { isEnabled: false, address: null, keepCopy: true };
}
