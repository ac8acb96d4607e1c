import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBare, openTestAccounts, place } from '@hongyan/testkit/stores/databases.ts';
import { type Principal, systemScope, tenantScope } from '../../src/access/scope.ts';
import { maySendAs } from '../../src/access/sender-policy.ts';
import { createDirectory, type Directory } from '../../src/directory/directory.ts';
import { createDkimKeys, type DkimKeys } from '../../src/directory/dkim.ts';
import { createAcceptor, type FlowAcceptor } from '../../src/flow/accept.ts';
import type { FlowContext } from '../../src/flow/context.ts';
import { createDispatcher, type Dispatcher } from '../../src/flow/dispatch.ts';
import { createFilterDoor } from '../../src/flow/filter/door.ts';
import { defaultFlowLimits, type FlowLimits } from '../../src/flow/limits.ts';
import { createMailboxDoor } from '../../src/flow/mailbox-door.ts';
import type { MailboxDoor, RelayDoor, TraceEvent } from '../../src/flow/ports.ts';
import { createQueueSignal } from '../../src/flow/queue/queue-signal.ts';
import { createReporter } from '../../src/flow/report/report.ts';
import type { RecipientOptions, SenderOptions } from '../../src/flow/types.ts';
import { readMessage } from '../../src/mailbox/body.ts';
import type { MailboxContext } from '../../src/mailbox/context.ts';
import { createAccount } from '../../src/mailbox/create.ts';
import { defaultMailboxLimits } from '../../src/mailbox/limits.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import { fetchRows } from '../../src/mailbox/rows.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { nodeFiles } from '../../src/platform/files/node-files.ts';
import { type Log, silentLog } from '../../src/platform/log.ts';
import { masterKey } from '../../src/platform/secrets/master-key.ts';
import { defaultScriptLimits, type ScriptContext } from '../../src/sieve/context.ts';
import { activateScript, putScript } from '../../src/sieve/scripts.ts';
import type { PlacementSource } from '../../src/store/accounts/placement.ts';
import type { BlobStore } from '../../src/store/blob-store.ts';
import { openSpool } from '../../src/store/spool/open-spool.ts';
import { statement } from '../../src/store/sql/port.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';

/** A company on real stores in a temporary directory, with the flow on top and the outside as given. */
export interface House extends AsyncDisposable {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly context: FlowContext;
  readonly mailbox: MailboxContext;
  readonly acceptor: FlowAcceptor;
  /** Absent until `start`. */
  readonly dispatcher: Dispatcher | null;
  readonly directory: Directory;
  readonly dkim: DkimKeys;
  readonly tenantId: number;
  readonly trace: TraceEvent[];
  /** Starts working on the queue. */
  start(): Dispatcher;
  addUser(address: string, more?: { quotaBytes?: number }): Promise<Principal & { kind: 'account' }>;
  /** Whole messages of a folder, oldest first. */
  messages(address: string, role?: 'inbox' | 'junk'): Promise<string[]>;
  /** Folders that hold mail with their messages' flags (bits, then keywords), by path. */
  folders(address: string): Promise<Record<string, string[]>>;
  /** Makes a script the one that runs on a member's mail. */
  script(address: string, text: string): Promise<void>;
  /** Bodies in the blob store. */
  countBodies(): Promise<number>;
  /** Sends as a signed-in member. */
  submit(
    from: Principal & { kind: 'account' },
    to: readonly string[],
    message: string,
    more?: SendOptions,
  ): Promise<string>;
  /** Brings a message from another server. */
  receive(from: string, to: readonly string[], message: string, more?: SendOptions): Promise<string>;
}

export interface SendOptions {
  readonly sender?: string;
  readonly options?: SenderOptions;
  readonly recipient?: RecipientOptions;
}

export interface HouseOptions {
  /** Reopens an earlier house's folder. */
  readonly folder?: string;
  readonly clock?: FakeClock;
  readonly log?: Log;
  readonly limits?: Partial<FlowLimits>;
  readonly relay?: (clock: FakeClock, blobs: BlobStore) => RelayDoor;
  readonly reports?: Partial<FlowContext['reports']>;
  readonly wrapMailboxes?: (door: MailboxDoor) => MailboxDoor;
  readonly context?: Partial<FlowContext>;
  /** Where accounts live; left out: each in a file of its own. */
  readonly placement?: PlacementSource;
  /** Outgoing mail is signed; off, because keys take time to make. */
  readonly signed?: boolean;
}

const bodies = statement('SELECT COUNT(*) AS count FROM blob');

/** A relay that nothing may reach: for tests without an outside. */
const noRelay: RelayDoor = {
  limits: { perDestination: 1, perMinute: null, recipients: 100 },
  keyOf: domain => domain,
  attempt: () => Promise.reject(new Error('nothing should be relayed here')),
};

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'hongyan-flow-'));
  const clock = options.clock ?? new FakeClock();
  const log = options.log ?? silentLog;
  const system = await openSystemDatabase(place(join(folder, 'system.db')), clock);
  const directory = createDirectory({ database: system, clock });
  const master = masterKey(Buffer.alloc(32, 7));
  const dkim = createDkimKeys({ database: system, clock, log, master });
  const tenants = await directory.listTenants();
  const tenantId = tenants[0]?.tenantId ?? (await newCompany(directory));
  const admin = tenantScope(tenantId, 'test');
  const database = await openBare(join(folder, 'spool.db'));
  const store = await openSpool({
    database,
    directory: join(folder, 'packs'),
    files: nodeFiles,
    master,
    clock,
    log,
  });
  const accounts = openTestAccounts({
    dataFolder: folder,
    bootId: 'test',
    clock,
    log,
    maxOpen: 1200,
    ...(options.placement && { placement: options.placement }),
  });
  const mailboxes: MailboxContext = {
    accounts,
    blobs: store.blobs,
    notifier: createNotifier({ clock, log }),
    quotas: {
      quota: async (tenant, account) => {
        const user = await directory.getUser(tenantScope(tenant, 'test'), account);
        return { limitBytes: user.quotaBytes, limitCount: user.quotaMessages };
      },
      folderPlan: tenant => directory.folderPlan(tenant),
    },
    clock,
    log,
    limits: defaultMailboxLimits,
  };
  const scripts: ScriptContext = { accounts, clock, limits: defaultScriptLimits };
  const trace: TraceEvent[] = [];
  const door = createMailboxDoor(mailboxes, scope =>
    createAccount(mailboxes, scope, [{ role: 'junk', name: 'Junk' }]),
  );
  const context: FlowContext = {
    hostname: 'mail.hongyan.test',
    directory,
    senders: { maySendAs: (principal, address) => maySendAs(directory, principal, address) },
    mailboxes: options.wrapMailboxes?.(door) ?? door,
    filters: createFilterDoor(scripts, mailboxes, directory, 'en'),
    blobs: store.blobs,
    spool: store.spool,
    trace: {
      append: async events => {
        trace.push(...events);
      },
    },
    clock,
    log,
    limits: { ...defaultFlowLimits, backoffJitter: 0, ...options.limits },
    reports: { outsiders: false, postmaster: null, ...options.reports },
    screenChecks: [],
    policyRules: [],
    signal: createQueueSignal(),
    ...(options.signed ? { signingKeys: dkim } : {}),
    ...options.context,
  };
  const acceptor = createAcceptor(context);
  let dispatcher: Dispatcher | null = null;
  const scopeOf = async (address: string): Promise<ReturnType<typeof systemScope>> => {
    const found = await directory.resolve(address);
    if (found.kind !== 'account') throw new Error(`${address} is ${found.kind}`);
    return systemScope(found.tenantId, found.accountId, 'test');
  };
  const send = async (
    origin: Parameters<FlowAcceptor['begin']>[0],
    from: string,
    to: readonly string[],
    message: string,
    more: SendOptions = {},
  ): Promise<string> => {
    await using delivery = acceptor.begin(origin);
    await delivery.sender(more.sender ?? from, more.options ?? {});
    for (const address of to) await delivery.recipient(address, more.recipient ?? {});
    await delivery.write(Buffer.from(message));
    return (await delivery.commit()).queueId;
  };
  return {
    folder,
    clock,
    context,
    mailbox: mailboxes,
    acceptor,
    directory,
    dkim,
    tenantId,
    trace,
    get dispatcher() {
      return dispatcher;
    },
    start() {
      dispatcher = createDispatcher(
        context,
        options.relay?.(clock, store.blobs) ?? noRelay,
        createReporter(context, acceptor),
      );
      return dispatcher;
    },
    async addUser(address, more = {}) {
      const user = await directory.createUser(admin, { address, ...more });
      return { kind: 'account', tenantId, accountId: user.accountId, login: address };
    },
    async messages(address, role = 'inbox') {
      const scope = await scopeOf(address);
      if (!(await accounts.exists(scope))) return [];
      const mailbox = (await listMailboxes(mailboxes, scope)).find(entry => entry.role === role);
      if (!mailbox) return [];
      const texts: string[] = [];
      for await (const slice of fetchRows(mailboxes, scope, mailbox.id, [[1, 2 ** 32 - 1]], {})) {
        for (const row of slice) texts.push(Buffer.from(await readMessage(mailboxes, scope, row)).toString());
      }
      return texts;
    },
    async folders(address) {
      const scope = await scopeOf(address);
      const found: Record<string, string[]> = {};
      for (const mailbox of await listMailboxes(mailboxes, scope)) {
        if (mailbox.total === 0) continue;
        const flags: string[] = [];
        for await (const slice of fetchRows(mailboxes, scope, mailbox.id, [[1, 2 ** 32 - 1]], {}))
          flags.push(...slice.map(row => [row.flags.bits, ...row.flags.keywords].join(' ')));
        found[mailbox.path.join('/')] = flags;
      }
      return found;
    },
    async script(address, text) {
      const scope = await scopeOf(address);
      await createAccount(mailboxes, scope, [{ role: 'junk', name: 'Junk' }]);
      const stored = await putScript(scripts, scope, 'main', Buffer.from(text));
      if (stored.kind !== 'done')
        throw new Error(stored.kind === 'invalid' ? stored.problem.message : stored.kind);
      await activateScript(scripts, scope, 'main');
    },
    countBodies: async () => (await database.get<{ count: number }>(bodies))?.count ?? 0,
    submit: (from, to, message, more) =>
      send(
        {
          kind: 'submission',
          principal: from,
          peer: { address: '127.0.0.1', port: 4321, helo: 'laptop' },
          tls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' },
          protocol: 'ESMTPSA',
        },
        from.login,
        to,
        message,
        more,
      ),
    receive: (from, to, message, more) =>
      send(
        {
          kind: 'mx',
          principal: null,
          peer: { address: '192.0.2.7', port: 4321, helo: 'mx.outside.test' },
          tls: null,
          protocol: 'ESMTP',
        },
        from,
        to,
        message,
        more,
      ),
    async [Symbol.asyncDispose]() {
      await dispatcher?.[Symbol.asyncDispose]();
      await accounts[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await system[Symbol.asyncDispose]();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function newCompany(directory: Directory): Promise<number> {
  const tenant = await directory.createTenant('Hongyan');
  await directory.addDomain(tenantScope(tenant.tenantId, 'test'), 'hongyan.test');
  return tenant.tenantId;
}
