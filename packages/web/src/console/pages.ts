import type { ConsolePhrases } from '@hongyan/phrases/console/zh.ts';
import type { ComponentType } from 'react';

export type GroupKey = keyof ConsolePhrases['shell']['groups'];

/** Groups of the navigation, in their order; one without pages is not shown. */
export const groupOrder: readonly GroupKey[] = [
  'overview',
  'people',
  'domains',
  'rules',
  'find',
  'security',
  'data',
  'migration',
  'shared',
  'company',
];

/** A page of the console. Add one: a line in `consolePages`. */
export interface ConsolePage {
  /** Last part of its address: `/admin#/members`. */
  readonly key: string;
  readonly group: GroupKey;
  /** Function of the API that the administrator needs (`view` shows it); `any`: every administrator. */
  readonly needs: string;
  /** Where its help is: topic and part of docs/admin/console. */
  readonly help: string;
  readonly label: (texts: ConsolePhrases) => string;
  /** Words of settings on the page, for the search. */
  readonly words?: (texts: ConsolePhrases) => readonly string[];
  /** Fetched when the page is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
}

export interface PageProps {
  /** What follows the page in the address, such as the id of what is open in the drawer; empty: nothing. */
  readonly rest: string;
  /** Goes to `rest` of this page. */
  readonly go: (rest: string) => void;
}

export const consolePages: readonly ConsolePage[] = [
  {
    key: 'overview',
    group: 'overview',
    needs: 'any',
    help: 'overview',
    label: texts => texts.overview.title,
    load: () => import('./pages/overview/overview.tsx'),
  },
  {
    key: 'members',
    group: 'people',
    needs: 'members',
    help: 'people',
    label: texts => texts.people.title,
    words: texts => [
      texts.people.add,
      texts.people.departments.add,
      texts.people.member.leave,
      texts.people.member.resetPassword,
    ],
    load: () => import('./pages/people/members.tsx'),
  },
  {
    key: 'import',
    group: 'people',
    needs: 'members',
    help: 'people#import',
    label: texts => texts.importing.title,
    words: texts => [texts.importing.templateXlsx],
    load: () => import('./pages/importing/import.tsx'),
  },
  {
    key: 'public-mailboxes',
    group: 'people',
    needs: 'publicMailboxes',
    help: 'sharing#public-mailboxes',
    label: texts => texts.sharing.mailboxes.title,
    words: texts => [texts.sharing.mailboxes.passwords],
    load: () => import('./pages/sharing/public-mailboxes.tsx'),
  },
  {
    key: 'groups',
    group: 'people',
    needs: 'groups',
    help: 'sharing#groups',
    label: texts => texts.sharing.groups.title,
    words: texts => [texts.sharing.groups.posting, texts.sharing.groups.representatives],
    load: () => import('./pages/sharing/groups.tsx'),
  },
  {
    key: 'aliases',
    group: 'people',
    needs: 'aliases',
    help: 'people#aliases',
    label: texts => texts.bin.aliases.title,
    load: () => import('./pages/bin/aliases.tsx'),
  },
  {
    key: 'tags',
    group: 'people',
    needs: 'members',
    help: 'people#tags',
    label: texts => texts.bin.tags.title,
    load: () => import('./pages/bin/tags.tsx'),
  },
  {
    key: 'invitations',
    group: 'people',
    needs: 'invitations',
    help: 'sharing#invitations',
    label: texts => texts.sharing.invitations.title,
    words: texts => [texts.sharing.invitations.links, texts.sharing.invitations.requests],
    load: () => import('./pages/sharing/invitations.tsx'),
  },
  {
    key: 'visibility',
    group: 'people',
    needs: 'directoryVisibility',
    help: 'people#visibility',
    label: texts => texts.bin.visibility.title,
    words: ({ bin: { visibility } }) => [visibility.shown, visibility.memberExport, visibility.rename],
    load: () => import('./pages/bin/visibility.tsx'),
  },
  {
    key: 'recycle-bin',
    group: 'people',
    needs: 'recycleBin',
    help: 'people#recycle-bin',
    label: texts => texts.bin.recycle.title,
    words: texts => [texts.bin.recycle.restore, texts.bin.recycle.transfer],
    load: () => import('./pages/bin/recycle-bin.tsx'),
  },
  {
    key: 'domains',
    group: 'domains',
    needs: 'domains',
    help: 'domains',
    label: texts => texts.domains.title,
    words: texts => [texts.domains.keys, texts.domains.options, texts.domains.lookup],
    load: () => import('./pages/domains/domains.tsx'),
  },
  {
    key: 'certificates',
    group: 'domains',
    needs: 'domains',
    help: 'domains#certificates',
    label: texts => texts.domains.certificates,
    load: () => import('./pages/domains/certificates.tsx'),
  },
  {
    key: 'member-rights',
    group: 'rules',
    needs: 'mailRules',
    help: 'company#member-rights',
    label: texts => texts.company.rights,
    words: texts => [texts.company.mayForward, texts.company.mayRestoreDeleted],
    load: () => import('./pages/company/member-rights.tsx'),
  },
  {
    key: 'trace',
    group: 'find',
    needs: 'trace',
    help: 'find',
    label: texts => texts.find.title,
    load: () => import('./pages/find/trace.tsx'),
  },
  {
    key: 'sign-in',
    group: 'security',
    needs: 'signIn',
    help: 'security',
    label: texts => texts.security.signIn.title,
    words: texts => [
      texts.security.signIn.clientAccess,
      texts.security.signIn.safeSignIn,
      texts.security.signIn.secondFactor,
    ],
    load: () => import('./pages/security/sign-in.tsx'),
  },
  {
    key: 'administrators',
    group: 'security',
    needs: 'administrators',
    help: 'security#administrators',
    label: texts => texts.security.administrators.title,
    words: texts => [texts.security.administrators.transfer],
    load: () => import('./pages/security/administrators.tsx'),
  },
  {
    key: 'tokens',
    group: 'security',
    needs: 'api',
    help: 'security#tokens',
    label: texts => texts.security.tokens.title,
    load: () => import('./pages/security/tokens.tsx'),
  },
  {
    key: 'statistics',
    group: 'data',
    needs: 'statistics',
    help: 'find#statistics',
    label: texts => texts.find.statistics.title,
    words: texts => [texts.find.statistics.capacity],
    load: () => import('./pages/find/statistics.tsx'),
  },
  {
    key: 'sign-ins',
    group: 'data',
    needs: 'logs',
    help: 'find#sign-ins',
    label: texts => texts.logs.signIns,
    load: () => import('./pages/logs/sign-ins.tsx'),
  },
  {
    key: 'operations',
    group: 'data',
    needs: 'logs',
    help: 'find#operations',
    label: texts => texts.logs.operations,
    load: () => import('./pages/logs/operations.tsx'),
  },
  {
    key: 'outside-contacts',
    group: 'shared',
    needs: 'members',
    help: 'sharing#outside-contacts',
    label: texts => texts.sharing.outside.title,
    load: () => import('./pages/sharing/outside-contacts.tsx'),
  },
  {
    key: 'welcome',
    group: 'shared',
    needs: 'company',
    help: 'company#welcome',
    label: texts => texts.sharing.welcome.title,
    load: () => import('./pages/sharing/welcome.tsx'),
  },
  {
    key: 'company',
    group: 'company',
    needs: 'company',
    help: 'company',
    label: texts => texts.company.title,
    words: texts => [texts.company.logo, texts.company.service],
    load: () => import('./pages/company/company.tsx'),
  },
  {
    key: 'notices',
    group: 'company',
    needs: 'any',
    help: 'company#notices',
    label: texts => texts.notices.title,
    load: () => import('./pages/notices/notices.tsx'),
  },
  {
    key: 'notice-settings',
    group: 'company',
    needs: 'company',
    help: 'company#notice-settings',
    label: texts => texts.notices.settings.title,
    words: texts => [texts.notices.settings.byMail, ...Object.values(texts.notices.events)],
    load: () => import('./pages/notices/settings.tsx'),
  },
];
