import { createHash } from 'node:crypto';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { collations } from '@hongyan/formats/jmap/comparator.ts';
import { type JsonObject, objectOf } from '@hongyan/formats/jmap/json.ts';
import type { Scope } from '../../../access/scope.ts';
import { sortProperties } from '../../../mailbox/emails/sort-emails.ts';
import { deletedKeepDays } from '../../../mailbox/limits.ts';
import { accountIdOf } from '../accounts.ts';
import type { Caller, JmapContext } from '../context.ts';
import { lookupTypes } from '../methods/blob/lookup.ts';
import { maxDataSources } from '../methods/blob/upload.ts';
import { personalCapabilities, personalUrns } from '../personal/capabilities.ts';
import { sieveAccountCapability, sieveCapability } from '../sieve/capability.ts';
import { maxDelayedSend } from '../submission/envelope.ts';

/** Paths of the API. */
export const paths = {
  session: '/jmap/session',
  api: '/jmap/api',
  upload: '/jmap/upload/',
  download: '/jmap/download/',
  eventSource: '/jmap/eventsource',
  webSocket: '/jmap/ws',
} as const;

/** Capabilities that a request may be using. */
export const knownCapabilities: ReadonlySet<string> = new Set(Object.values(Capability));

/** Octets of all attachments of one email that a client may create. */
export const maxSizeAttachments: number = 50 * 1024 * 1024;

function accountCapabilities(ctx: JmapContext, caller: Caller): Record<string, JsonObject> {
  const { limits } = ctx.mailboxes;
  return {
    [Capability.Core]: {},
    [Capability.Mail]: {
      maxMailboxesPerEmail: null,
      maxMailboxDepth: caller.limits.folderLevels,
      maxSizeMailboxName: limits.maxNameBytes,
      maxSizeAttachmentsPerEmail: maxSizeAttachments,
      emailQuerySortOptions: sortProperties,
      mayCreateTopLevelMailbox: true,
    },
    [Capability.Submission]: {
      maxDelayedSend,
      submissionExtensions: { DSN: [], FUTURERELEASE: [String(maxDelayedSend)] },
    },
    [Capability.Blob]: {
      maxSizeBlobSet: ctx.limits.maxSizeUpload,
      maxDataSources,
      supportedTypeNames: lookupTypes,
      supportedDigestAlgorithms: ['sha', 'sha-256'],
    },
    [Capability.Quota]: {},
    [Capability.Search]: {},
    [Capability.SenderCheck]: {},
    [Capability.Scheduled]: { maxScheduled: limits.maxScheduled },
  };
}

/** Those of an account of which a colleague shares folders. */
function sharedCapabilities(ctx: JmapContext, caller: Caller): Record<string, JsonObject> {
  const all = accountCapabilities(ctx, caller);
  const mail = { ...all[Capability.Mail], mayCreateTopLevelMailbox: false };
  return {
    [Capability.Core]: {},
    [Capability.Mail]: mail,
    [Capability.Blob]: all[Capability.Blob] ?? {},
    [Capability.Sharing]: {},
  };
}

/** Those of the caller's own account: what they keep beside mail, too. */
function ownCapabilities(ctx: JmapContext, caller: Caller): Record<string, JsonObject> {
  const keepDays = deletedKeepDays(ctx.mailboxes.limits);
  const deleted = { mayRestore: caller.memberRights.mayRestoreDeleted, keepDays };
  const { maxSnoozed, maxSnoozeMs } = ctx.mailboxes.limits;
  return {
    ...accountCapabilities(ctx, caller),
    ...personalCapabilities(caller.limits, deleted),
    [Capability.Mdn]: {},
    [Capability.Snooze]: { maxSnoozed, maxDays: Math.floor(maxSnoozeMs / 86_400_000) },
    [Capability.Sieve]: sieveAccountCapability(ctx),
  };
}

function accounts(ctx: JmapContext, caller: Caller): [string, JsonObject][] {
  return [...caller.scopes.values()].map((scope: Scope) => [
    accountIdOf(scope),
    {
      name: caller.names.get(scope.accountId) ?? caller.principal.login,
      isPersonal: scope.accountId === caller.principal.accountId,
      isReadOnly: scope.folders === 'shared' ? caller.readOnly.has(scope.accountId) : !scope.rights.write,
      accountCapabilities:
        scope.accountId === caller.principal.accountId
          ? ownCapabilities(ctx, caller)
          : scope.folders === 'shared'
            ? sharedCapabilities(ctx, caller)
            : accountCapabilities(ctx, caller),
    },
  ]);
}

/** The Session object (RFC 8620 §2). `host` is what the client asked for: URLs in it are absolute. */
export function sessionObject(
  ctx: JmapContext,
  caller: Caller,
  client: { readonly encrypted: boolean; readonly host: string },
): JsonObject {
  const host = /^[A-Za-z0-9.:[\]-]{1,260}$/.test(client.host) ? client.host : 'localhost';
  const secure = client.encrypted ? 's' : '';
  const base = `http${secure}://${host}`;
  const own = accountIdOf([...caller.scopes.values()][0] as Scope);
  const account = ownCapabilities(ctx, caller);
  const primary = Object.keys(account).map(urn => [urn, own] as const);
  return {
    capabilities: {
      [Capability.Core]: { ...ctx.limits, collationAlgorithms: collations },
      [Capability.Mail]: {},
      [Capability.Submission]: {},
      [Capability.WebSocket]: { url: `ws${secure}://${host}${paths.webSocket}`, supportsPush: true },
      [Capability.WebPush]: { applicationServerKey: ctx.push.publicKey },
      [Capability.Blob]: {},
      [Capability.Quota]: {},
      [Capability.Search]: {},
      [Capability.SenderCheck]: {},
      [Capability.Mdn]: {},
      [Capability.Snooze]: {},
      [Capability.Sieve]: sieveCapability,
      [Capability.Sharing]: {},
      [Capability.Scheduled]: {},
      ...Object.fromEntries(personalUrns.map(urn => [urn, {}])),
    },
    accounts: objectOf(accounts(ctx, caller)),
    primaryAccounts: objectOf(primary),
    username: caller.principal.login,
    apiUrl: `${base}${paths.api}`,
    downloadUrl: `${base}${paths.download}{accountId}/{blobId}/{name}?accept={type}`,
    uploadUrl: `${base}${paths.upload}{accountId}/`,
    eventSourceUrl: `${base}${paths.eventSource}?types={types}&closeafter={closeafter}&ping={ping}`,
    state: sessionState(ctx, caller),
  };
}

/** Changes whenever the Session object does (RFC 8620 §2 `state`). */
export function sessionState(ctx: JmapContext, caller: Caller): string {
  const text = JSON.stringify([ctx.limits, caller.principal.login, accounts(ctx, caller)]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
