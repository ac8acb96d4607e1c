import type { mailboxPhrases as en } from '../en/mailbox.ts';

export const mailboxPhrases: Record<keyof typeof en, string> = {
  'folder.drafts': '草稿箱',
  'folder.sent': '已发送',
  'folder.junk': '垃圾邮件',
  'folder.trash': '已删除',
  'folder.archive': '归档',
  'folder.snoozed': '稍后处理',
};
