import type { logsZh } from './zh.ts';

/** Texts of the logs, English. */
export const logsEn: typeof logsZh = {
  operations: 'Operation log',
  operationsHint: 'What administrators did: who, when, to whom, and what changed.',
  operationsEmpty: 'Nothing was done in this time.',
  signIns: 'Sign-in log',
  signInsHint: 'Every sign-in of members: web, clients, programs, good and failed.',
  signInsEmpty: 'No sign-ins in this time.',
  time: 'Time',
  actor: 'Who',
  action: 'What',
  target: 'Object',
  address: 'From',
  details: 'Details',
  from: 'From',
  to: 'Until',
  who: 'Who',
  what: 'Object',
  member: 'Member',
  service: 'By',
  result: 'Result',
  succeeded: 'OK',
  onlyFailed: 'Only failed ones',
  before: 'Before',
  after: 'After',
  services: { web: 'Web', imap: 'IMAP', pop3: 'POP', smtp: 'SMTP', sieve: 'ManageSieve', api: 'API' },
};
