import type { Method } from './method.ts';
import { coreEcho } from './methods/core/echo.ts';
import { emailChangesMethod } from './methods/email/changes.ts';
import { emailCopy } from './methods/email/copy.ts';
import { emailGet } from './methods/email/get.ts';
import { emailImport } from './methods/email/import.ts';
import { emailParse } from './methods/email/parse.ts';
import { emailQuery } from './methods/email/query.ts';
import { emailQueryChanges } from './methods/email/query-changes.ts';
import { emailSet } from './methods/email/set.ts';
import { mailboxChanges } from './methods/mailbox/changes.ts';
import { mailboxGet } from './methods/mailbox/get.ts';
import { mailboxQuery } from './methods/mailbox/query.ts';
import { mailboxQueryChanges } from './methods/mailbox/query-changes.ts';
import { mailboxSet } from './methods/mailbox/set.ts';
import { threadChangesMethod } from './methods/thread/changes.ts';
import { threadGet } from './methods/thread/get.ts';

const all: readonly Method[] = [
  coreEcho,
  mailboxGet,
  mailboxChanges,
  mailboxQuery,
  mailboxQueryChanges,
  mailboxSet,
  threadGet,
  threadChangesMethod,
  emailGet,
  emailChangesMethod,
  emailQuery,
  emailQueryChanges,
  emailSet,
  emailCopy,
  emailImport,
  emailParse,
];

/** Every method by its name. */
export const methods: ReadonlyMap<string, Method> = new Map(all.map(method => [method.name, method]));
