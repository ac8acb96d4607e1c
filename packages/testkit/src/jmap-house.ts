import { join } from 'node:path';
import { defaultJmapLimits, type JmapLimits } from '@hongyan/formats/jmap/limits.ts';
import { defaultPushLimits } from '@hongyan/server/access/push/subscriptions.ts';
import { vapidKey } from '@hongyan/server/access/push/vapid-key.ts';
import type { Principal } from '@hongyan/server/access/scope.ts';
import { maySendAs } from '@hongyan/server/access/sender-policy.ts';
import { createTraceLog } from '@hongyan/server/app/records.ts';
import { createAcceptor, type FlowAcceptor } from '@hongyan/server/flow/accept.ts';
import type { FlowContext } from '@hongyan/server/flow/context.ts';
import { createDispatcher } from '@hongyan/server/flow/dispatch.ts';
import { createFilterDoor } from '@hongyan/server/flow/filter/door.ts';
import { defaultFlowLimits } from '@hongyan/server/flow/limits.ts';
import { createMailboxDoor } from '@hongyan/server/flow/mailbox-door.ts';
import type { RelayDoor } from '@hongyan/server/flow/ports.ts';
import { createQueueSignal } from '@hongyan/server/flow/queue/queue-signal.ts';
import { takeBack } from '@hongyan/server/flow/queue/take-back.ts';
import { createReporter } from '@hongyan/server/flow/report/report.ts';
import { type MailboxContext, unlimitedQuota } from '@hongyan/server/mailbox/context.ts';
import { createAccount } from '@hongyan/server/mailbox/create.ts';
import { EmailIndexes } from '@hongyan/server/mailbox/emails/email-indexes.ts';
import { defaultMailboxLimits } from '@hongyan/server/mailbox/limits.ts';
import { defaultMaildropSettings } from '@hongyan/server/mailbox/maildrop/settings.ts';
import { directoryNeighbours } from '@hongyan/server/mailbox/sharing/directory-neighbours.ts';
import { createNotifier } from '@hongyan/server/notify/notifier.ts';
import { ContactIndexes } from '@hongyan/server/personal/contacts/contact-index.ts';
import { defaultPersonalLimits, type PersonalContext } from '@hongyan/server/personal/context.ts';
import { systemClock } from '@hongyan/server/platform/clock.ts';
import { nodeFiles } from '@hongyan/server/platform/files/node-files.ts';
import { type Log, silentLog } from '@hongyan/server/platform/log.ts';
import type { TlsProvider } from '@hongyan/server/platform/net/tls.ts';
import { masterKey } from '@hongyan/server/platform/secrets/master-key.ts';
import type { JmapContext } from '@hongyan/server/protocols/jmap/context.ts';
import { jmapModule } from '@hongyan/server/protocols/jmap/module.ts';
import { defaultPushPost } from '@hongyan/server/protocols/jmap/push/post.ts';
import { PushSender } from '@hongyan/server/protocols/jmap/push/sender.ts';
import { defaultScriptLimits, type ScriptContext } from '@hongyan/server/sieve/context.ts';
import type { MovableAccounts } from '@hongyan/server/store/accounts/moving/movable-accounts.ts';
import { openSpool } from '@hongyan/server/store/spool/open-spool.ts';
import { JmapClient } from './jmap-client.ts';
import { openBare, openTestAccounts } from './stores/databases.ts';
import { housePassword, openWebHouse, scopeOf, type WebHouse } from './web-house.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

/** A company with mailboxes, a queue that is worked, and JMAP in front. */
export interface JmapHouse extends AsyncDisposable {
  readonly web: WebHouse;
  readonly url: string;
  readonly mailboxes: MailboxContext & { readonly accounts: MovableAccounts };
  readonly jmap: JmapContext;
  readonly acceptor: FlowAcceptor;
  /** What the server logged as warnings and errors. */
  readonly complaints: string[];
  client(principal: AccountPrincipal): Promise<JmapClient>;
  /** Brings a message from another server and waits until nothing is left to deliver. */
  receive(to: string, message: string, from?: string): Promise<void>;
  /** Works the queue as far as it is due, and waits for that. */
  settled(): Promise<void>;
}

const noRelay: RelayDoor = {
  limits: { perDestination: 1, perMinute: null, recipients: 100 },
  keyOf: domain => domain,
  attempt: () => Promise.reject(new Error('nothing should be relayed here')),
};

function listening(complaints: string[]): Log {
  const note = (event: string, fields?: object): void => {
    const error = fields && 'error' in fields ? fields.error : undefined;
    complaints.push(`${event} ${error instanceof Error ? error.stack : ''}`);
  };
  const log: Log = { ...silentLog, warn: note, error: note, child: () => log };
  return log;
}

/** Builds the house; with `tls` JMAP is carried by HTTPS. Its accounts have Inbox, Drafts, Sent, Junk, Trash and Archive. */
export async function openJmapHouse(
  limits: Partial<JmapLimits> = {},
  carried: { readonly tls?: TlsProvider } = {},
): Promise<JmapHouse> {
  await using opened = new AsyncDisposableStack();
  const web = opened.use(await openWebHouse());
  const { clock, directory, folder } = web;
  const complaints: string[] = [];
  const log = listening(complaints);
  const database = opened.use(await openBare(join(folder, 'spool.db')));
  const store = opened.use(
    await openSpool({
      database,
      directory: join(folder, 'packs'),
      files: nodeFiles,
      master: masterKey(Buffer.alloc(32, 7)),
      clock,
      log,
    }),
  );
  const accounts = opened.use(openTestAccounts({ dataFolder: folder, bootId: 'test', clock, log }));
  // Notices keep real time: tests wait for them.
  const notifier = opened.use(createNotifier({ clock: systemClock, log }));
  const mailboxes: JmapHouse['mailboxes'] = {
    accounts,
    blobs: store.blobs,
    notifier,
    quotas: { ...unlimitedQuota, folderPlan: tenantId => directory.folderPlan(tenantId) },
    neighbours: directoryNeighbours({ database: web.database, directory }),
    clock,
    log,
    limits: defaultMailboxLimits,
  };
  const personal: PersonalContext = {
    mailboxes,
    directory,
    directoryContext: web.directoryContext,
    database: web.database,
    maildropDefaults: defaultMaildropSettings,
    language: 'en',
    limits: defaultPersonalLimits,
  };
  const scripts: ScriptContext = {
    accounts,
    clock,
    limits: defaultScriptLimits,
    changed: (accountId, modseq) => notifier.changed(accountId, modseq),
  };
  const roles = ['drafts', 'sent', 'junk', 'trash', 'archive'] as const;
  const folders = roles.map(role => ({ role, name: role[0]?.toUpperCase() + role.slice(1) }));
  const flow: FlowContext = {
    hostname: 'mail.hongyan.test',
    directory,
    senders: { maySendAs: (principal, address) => maySendAs(directory, principal, address) },
    mailboxes: createMailboxDoor(mailboxes, async scope => {
      await createAccount(mailboxes, scope, folders);
    }),
    filters: createFilterDoor(scripts, mailboxes, directory, 'en', personal),
    blobs: store.blobs,
    spool: store.spool,
    trace: createTraceLog(web.records),
    clock,
    log,
    limits: { ...defaultFlowLimits, backoffJitter: 0 },
    reports: { outsiders: false, postmaster: null },
    screenChecks: [],
    policyRules: [],
    signal: createQueueSignal(),
  };
  const acceptor = createAcceptor(flow);
  const dispatcher = createDispatcher(flow, noRelay, createReporter(flow, acceptor));
  opened.defer(() => dispatcher.drain());
  const subscriptions = { database: web.database, clock, push: defaultPushLimits };
  const vapid = await vapidKey(web.database, web.context.signIn.wrapKey);
  const post = { ...defaultPushPost, allowPrivate: true };
  // Pushes keep real time: tests wait for them.
  const sender = opened.use(
    new PushSender({
      clock: systemClock,
      log,
      push: subscriptions,
      vapid,
      contact: 'mailto:postmaster@hongyan.test',
      post,
    }),
  );
  const jmap: JmapContext = {
    mailboxes,
    personal,
    contacts: new ContactIndexes(personal),
    indexes: new EmailIndexes(),
    scripts,
    acceptor,
    directory,
    hostname: flow.hostname,
    clock,
    log,
    limits: { ...defaultJmapLimits, ...limits },
    deliverySteps: async (tenantId, queueId, limit) => {
      await web.records.flush();
      return web.records.findTrace({ tenantId, queueId }, { limit });
    },
    push: { subscriptions, post, sender, publicKey: vapid.publicKey },
    takeBack: queueId => takeBack({ database, blobs: store.blobs, clock, log, trace: flow.trace }, queueId),
    prepare: async scope => {
      await createAccount(mailboxes, scope, folders);
    },
  };
  sender.start(jmap);
  const url = await web.serve([services => jmapModule(jmap, services)], carried);
  const closing = opened.move();
  return {
    web,
    url,
    mailboxes,
    jmap,
    acceptor,
    complaints,
    client: principal => JmapClient.signIn(url, principal.login, housePassword),
    async receive(to, message, from = 'sender@outside.test') {
      const found = await directory.resolve(to);
      if (found.kind !== 'account') throw new Error(`${to} is ${found.kind}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      const { tenantId, accountId } = found;
      await createAccount(mailboxes, scopeOf({ kind: 'account', login: to, tenantId, accountId }), folders);
      using _heard = notifier.subscribe(found.accountId, () => resolve());
      await using delivery = acceptor.begin({
        kind: 'mx',
        principal: null,
        peer: { address: '192.0.2.7', port: 4321, helo: 'mx.outside.test' },
        tls: null,
        protocol: 'ESMTP',
      });
      await delivery.sender(from, {});
      await delivery.recipient(to, {});
      await delivery.write(Buffer.from(message));
      await delivery.commit();
      await promise;
    },
    async settled() {
      dispatcher.wake();
      await dispatcher.settled();
      await web.records.flush();
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
