/** Texts of the page that the server shows while no webmail is built, Chinese: the source language. */
export const zh = {
  language: 'zh-CN',
  title: '鸿雁',
  running: '邮件服务器正在运行。',
  noWebmail: '网页邮箱尚未构建。可用 IMAP、SMTP 或 JMAP 客户端收发邮件。',
  jmap: 'JMAP 会话地址',
} as const;

export type WelcomePhrases = { readonly [Key in keyof typeof zh]: string };
