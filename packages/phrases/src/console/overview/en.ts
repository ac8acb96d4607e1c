import { counted } from '../../counted.ts';
import type { overviewZh } from './zh.ts';

/** Texts of the overview, English. */
export const overviewEn: typeof overviewZh = {
  title: 'Overview',
  setUp: 'Getting started',
  setUpHint: (done, total) => `${done} of ${total} done. In this order; leave and come back as you like.`,
  ready: 'The basic set-up is complete.',
  stepDone: 'Done',
  stepOpen: 'Not done',
  steps: {
    domain: { title: 'Add a domain', text: 'Mail addresses in the company’s own name.' },
    records: { title: 'Set the DNS records', text: 'Mail from outside arrives here from then on.' },
    members: { title: 'Add members', text: 'One by one, or all at once from a spreadsheet.' },
    shared: {
      title: 'Make groups and public mailboxes',
      text: 'One address for many, or many people at one address.',
    },
    helpers: {
      title: 'Invite members, name administrators',
      text: 'Let people join by themselves, and share the work.',
    },
  },
  attention: 'Needs you',
  attentionNone: 'Nothing needs you now.',
  domainWaiting: name => `The domain ${name} is not in effect: mail from outside cannot arrive.`,
  domainDrifted: name => `The DNS records of ${name} were changed.`,
  joins: count => `Requests to join that wait: ${count}.`,
  nearlyFull: count => `Mailboxes with less than 10% left: ${count}. Mail is returned once they are full.`,
  binSoon: (count, days) =>
    `${count === 1 ? '1 mailbox is' : `${count} mailboxes are`} deleted for good within ${counted(days, 'day')}.`,
  stopped: since => `The mail service has been stopped since ${since}.`,
  seatsFull: (used, max) => `Members ${used} of ${max}. Apply for more or disable accounts no longer used.`,
  open: 'Open',
  counts: 'Counts',
  members: 'Members',
  vip: 'VIP seats',
  publicMailboxes: 'Public mailboxes',
  groups: 'Groups',
  domains: 'Domains',
  binned: 'In the recycle bin',
  ofMax: (used, max) => `${used} of ${max}`,
  atLeast: count => `${count} or more`,
};
