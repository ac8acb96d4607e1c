import { counted } from '../../counted.ts';
import type { searchZh } from './zh.ts';

/** Texts of searching, English. */
export const searchEn: typeof searchZh = {
  panel: 'Suggestions',
  searchFor: text => `Search for “${text}”`,
  recent: 'Recent searches',
  forget: 'Clear',
  people: 'People',
  mails: 'Mail',
  mailsOf: name => `Mail from ${name}`,
  advanced: 'Advanced',
  insert: 'Add a condition',
  from: 'From',
  to: 'To',
  subject: 'Subject',
  body: 'Body',
  attachment: 'With attachment',
  unread: 'Unread',
  starred: 'Starred',
  label: 'Label',
  folder: 'Folder',
  anywhere: 'Junk and Deleted, too',
  date: 'Date',
  size: 'Size',
  any: 'Any',
  lastDays: days => `Last ${counted(days, 'day')}`,
  larger: megabytes => `Larger than ${megabytes} MB`,
  after: 'Since',
  before: 'Until',
  removeChip: chip => `Remove condition ${chip}`,
  alsoJunk: 'Search Junk and Deleted, too',
  behind: count =>
    `${count} new mails are still being indexed; text in their attachments is found a little later.`,
  noIndex: 'This mailbox has no index, so searching takes longer.',
};
