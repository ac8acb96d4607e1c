import type { WelcomePhrases } from './zh.ts';

/** Texts of the page that the server shows while no webmail is built, English. */
export const en: WelcomePhrases = {
  language: 'en',
  title: 'Hongyan',
  running: 'The mail server is running.',
  noWebmail: 'No webmail is built. Use an IMAP, SMTP or JMAP client to read and send mail.',
  jmap: 'JMAP session',
};
