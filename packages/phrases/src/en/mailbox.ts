/** Names of the folders that a mailbox starts with. */
export const mailboxPhrases = {
  'folder.drafts': 'Drafts',
  'folder.sent': 'Sent',
  'folder.junk': 'Junk',
  'folder.trash': 'Trash',
  'folder.archive': 'Archive',
  'folder.snoozed': 'Snoozed',
} as const;
