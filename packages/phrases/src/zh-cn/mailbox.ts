import type { mailboxPhrases as en } from '../en/mailbox.ts';

export const mailboxPhrases: Record<keyof typeof en, string> = {
  'folder.drafts': '草稿箱',
  'folder.sent': '已发送',
  'folder.junk': '垃圾邮件',
  'folder.trash': '已删除',
  'folder.archive': '归档',
  'folder.snoozed': '稍后处理',
  'folder.scheduled': '定时发送',
  'receipt.subject.displayed': '已读：{subject}',
  'receipt.body.displayed':
    '你的邮件已被打开，但不表示对方已读完全文。\n\n收件人：{recipient}\n主题：{subject}\n打开时间：{time}',
  'receipt.subject.deleted': '已删除：{subject}',
  'receipt.body.deleted': '你的邮件已被删除。\n\n收件人：{recipient}\n主题：{subject}\n删除时间：{time}',
  'receipt.subject.processed': '已收到：{subject}',
  'receipt.body.processed': '你的邮件已收到。\n\n收件人：{recipient}\n主题：{subject}\n时间：{time}',
};
