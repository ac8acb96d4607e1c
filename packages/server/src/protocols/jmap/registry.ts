import type { Method } from './method.ts';
import { addressBookMethods } from './methods/address-book/methods.ts';
import { blobCopy } from './methods/blob/copy.ts';
import { blobGet } from './methods/blob/get.ts';
import { blobLookup } from './methods/blob/lookup.ts';
import { blobUpload } from './methods/blob/upload.ts';
import { contactCardChanges } from './methods/contact/changes.ts';
import { contactCardExport } from './methods/contact/export.ts';
import { contactCardGet } from './methods/contact/get.ts';
import { contactCardImport } from './methods/contact/import.ts';
import { contactCardQuery } from './methods/contact/query.ts';
import { contactCardQueryChanges } from './methods/contact/query-changes.ts';
import { contactCardSet } from './methods/contact/set.ts';
import { coreEcho } from './methods/core/echo.ts';
import { deletedEmailGet } from './methods/deleted-email/get.ts';
import { deletedEmailQuery } from './methods/deleted-email/query.ts';
import { deletedEmailRestore } from './methods/deleted-email/restore.ts';
import { emailChangesMethod } from './methods/email/changes.ts';
import { emailCopy } from './methods/email/copy.ts';
import { emailGet } from './methods/email/get.ts';
import { emailImport } from './methods/email/import.ts';
import { emailParse } from './methods/email/parse.ts';
import { emailQuery } from './methods/email/query.ts';
import { emailQueryChanges } from './methods/email/query-changes.ts';
import { emailSet } from './methods/email/set.ts';
import { filterRuleMethods } from './methods/filter-rule/methods.ts';
import { identityChanges } from './methods/identity/changes.ts';
import { identityGet } from './methods/identity/get.ts';
import { identitySet } from './methods/identity/set.ts';
import { labelMethods } from './methods/label/methods.ts';
import { mailboxChanges } from './methods/mailbox/changes.ts';
import { mailboxGet } from './methods/mailbox/get.ts';
import { mailboxQuery } from './methods/mailbox/query.ts';
import { mailboxQueryChanges } from './methods/mailbox/query-changes.ts';
import { mailboxSet } from './methods/mailbox/set.ts';
import { mdnParse } from './methods/mdn/parse.ts';
import { mdnSend } from './methods/mdn/send.ts';
import { pushSubscriptionGet } from './methods/push-subscription/get.ts';
import { pushSubscriptionSet } from './methods/push-subscription/set.ts';
import { quotaChanges } from './methods/quota/changes.ts';
import { quotaGet } from './methods/quota/get.ts';
import { quotaQuery } from './methods/quota/query.ts';
import { quotaQueryChanges } from './methods/quota/query-changes.ts';
import { recipientMethods } from './methods/recipient/methods.ts';
import { searchIndexGet } from './methods/search-index/get.ts';
import { searchSnippetGet } from './methods/search-snippet/get.ts';
import { senderCheckGet } from './methods/sender-check/get.ts';
import { senderCheckUnsubscribe } from './methods/sender-check/unsubscribe.ts';
import { senderEntryMethods } from './methods/sender-entry/methods.ts';
import { settingsMethods } from './methods/settings/methods.ts';
import { sieveScriptGet } from './methods/sieve-script/get.ts';
import { sieveScriptQuery } from './methods/sieve-script/query.ts';
import { sieveScriptSet } from './methods/sieve-script/set.ts';
import { sieveScriptValidate } from './methods/sieve-script/validate.ts';
import { signatureMethods } from './methods/signature/methods.ts';
import { submissionChanges } from './methods/submission/changes.ts';
import { submissionGet } from './methods/submission/get.ts';
import { submissionQuery } from './methods/submission/query.ts';
import { submissionQueryChanges } from './methods/submission/query-changes.ts';
import { submissionSet } from './methods/submission/set.ts';
import { templateMethods } from './methods/template/methods.ts';
import { threadChangesMethod } from './methods/thread/changes.ts';
import { threadGet } from './methods/thread/get.ts';
import { vacationMethods } from './methods/vacation/methods.ts';

const all: readonly Method[] = [
  coreEcho,
  pushSubscriptionGet,
  pushSubscriptionSet,
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
  identityGet,
  identityChanges,
  identitySet,
  submissionGet,
  submissionChanges,
  submissionQuery,
  submissionQueryChanges,
  submissionSet,
  searchSnippetGet,
  searchIndexGet,
  senderCheckGet,
  senderCheckUnsubscribe,
  quotaGet,
  quotaChanges,
  quotaQuery,
  quotaQueryChanges,
  blobUpload,
  blobGet,
  blobCopy,
  blobLookup,
  mdnSend,
  mdnParse,
  sieveScriptGet,
  sieveScriptQuery,
  sieveScriptSet,
  sieveScriptValidate,
  ...labelMethods,
  ...signatureMethods,
  ...templateMethods,
  ...settingsMethods,
  ...filterRuleMethods,
  ...senderEntryMethods,
  ...vacationMethods,
  ...addressBookMethods,
  contactCardGet,
  contactCardSet,
  contactCardChanges,
  contactCardQuery,
  contactCardQueryChanges,
  contactCardImport,
  contactCardExport,
  ...recipientMethods,
  deletedEmailGet,
  deletedEmailQuery,
  deletedEmailRestore,
];

/** Every method by its name. */
export const methods: ReadonlyMap<string, Method> = new Map(all.map(method => [method.name, method]));
