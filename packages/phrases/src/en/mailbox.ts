/** Names of folders, and what receipts say. */
export const mailboxPhrases = {
  'folder.drafts': 'Drafts',
  'folder.sent': 'Sent',
  'folder.junk': 'Junk',
  'folder.trash': 'Trash',
  'folder.archive': 'Archive',
  'folder.snoozed': 'Snoozed',
  'folder.scheduled': 'Scheduled',
  'receipt.subject.displayed': 'Read: {subject}',
  'receipt.body.displayed':
    'Your message was opened. This does not mean that it was read to the end.\n\nRecipient: {recipient}\nSubject: {subject}\nOpened: {time}',
  'receipt.subject.deleted': 'Deleted: {subject}',
  'receipt.body.deleted':
    'Your message was deleted.\n\nRecipient: {recipient}\nSubject: {subject}\nDeleted: {time}',
  'receipt.subject.processed': 'Received: {subject}',
  'receipt.body.processed':
    'Your message was received.\n\nRecipient: {recipient}\nSubject: {subject}\nTime: {time}',
} as const;
