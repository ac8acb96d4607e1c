import type { Language } from '@hongyan/phrases/phrases.ts';
import { AttemptLimiter, defaultAttemptLimits } from '../access/attempt-limiter.ts';
import { createAuthenticator } from '../access/authenticator.ts';
import { bearerVerifier } from '../access/bearer.ts';
import { defaultClientPasswordLimits } from '../access/clients/client-passwords.ts';
import { UsedClientPasswords } from '../access/clients/used.ts';
import { PasswordHasher } from '../access/passwords/password-hasher.ts';
import { VerificationCache } from '../access/passwords/verification-cache.ts';
import { defaultPasswordPolicy, type PasswordContext } from '../access/passwords.ts';
import { createRevocations, type Revocations } from '../access/revocations.ts';
import { defaultSecondFactorLimits } from '../access/second-factor/context.ts';
import { maySendAs } from '../access/sender-policy.ts';
import { defaultSessionLimits } from '../access/sessions.ts';
import type { SignInContext } from '../access/sign-in-context.ts';
import { defaultSignInHistoryLimits } from '../access/sign-in-history.ts';
import type { Authenticator } from '../access/types.ts';
import type { AdministrationContext } from '../administration/context.ts';
import { jobWorkers } from '../administration/jobs/registry.ts';
import { JobRunner } from '../administration/jobs/runner.ts';
import type { DirectoryContext } from '../directory/context.ts';
import { createDirectory, createDirectoryContext, type Directory } from '../directory/directory.ts';
import { createDkimKeys, type DkimKeys } from '../directory/dkim.ts';
import { raiseDomainNotice } from '../directory/notices/domain-notice.ts';
import type { CertificateContext } from '../domains/certificates/store.ts';
import type { DomainsContext } from '../domains/context.ts';
import type { SenderPolicy } from '../flow/ports.ts';
import type { MailboxContext } from '../mailbox/context.ts';
import { defaultMailboxLimits } from '../mailbox/limits.ts';
import { directoryNeighbours } from '../mailbox/sharing/directory-neighbours.ts';
import { createNotifier, type HomeChanges, type Notifier, type NotifyTransport } from '../notify/notifier.ts';
import type { Clock } from '../platform/clock.ts';
import type { Files } from '../platform/files/files.ts';
import { nodeFiles } from '../platform/files/node-files.ts';
import type { Log } from '../platform/log.ts';
import { Metrics } from '../platform/metrics/metrics.ts';
import { openMasterKey } from '../platform/secrets/master-key.ts';
import { defaultScriptLimits, type ScriptContext } from '../sieve/context.ts';
import { openAccountStore } from '../store/accounts/account-store.ts';
import type { MovableAccounts } from '../store/accounts/moving/movable-accounts.ts';
import { ownFiles, type PlacementSource } from '../store/accounts/placement.ts';
import { openSearchStore, type SearchStore } from '../store/accounts/search/search-store.ts';
import { openDatabase } from '../store/engines/open-database.ts';
import { openRecordsDatabase } from '../store/records/open.ts';
import { Records } from '../store/records/records.ts';
import { type OpenSpool, openSpool } from '../store/spool/open-spool.ts';
import { spoolMigrations } from '../store/spool/schema.ts';
import type { CompanyDatabase } from '../store/sql/company-database.ts';
import { NewerSchemaError } from '../store/sql/migrate.ts';
import type { SqlDatabase } from '../store/sql/port.ts';
import { openSystemDatabase } from '../store/system/open.ts';
import { storedPlacements } from '../store/system/placements.ts';
import type { Config } from './config/config.ts';
import { houseLanguage } from './config/language.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { databases } from './databases.ts';
import { domainsContext } from './domains.ts';
import { createMailboxes, ensuringAuthenticator, type Mailboxes } from './mailboxes.ts';
import { countedLog, packMetrics, processMetrics, queueMetrics } from './monitoring/house-metrics.ts';
import { objectStore, requireSameBucket } from './nodes/bucket.ts';
import {
  requireKeyFile,
  requireRowsWhereSaid,
  requireSameBlobs,
  requireSameKey,
  requireWhole,
} from './nodes/installation.ts';
import type { OtherNodes } from './nodes/node.ts';
import { nodeName } from './nodes/node-name.ts';
import { createSignInLog, type ListenedSignIns, listenedSignIns } from './records.ts';
import { StartError } from './start-error.ts';
import { testMailSender } from './test-mail.ts';

export interface HouseOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the group of processes on the data: see `AccountStoreOptions.bootId`. */
  readonly bootId: string;
  readonly files?: Files;
  /** Notices to and from the other processes of the group. */
  readonly transport?: NotifyTransport | null;
  /** Tells the other processes of the group, and the other nodes. */
  readonly others?: OtherNodes | null;
}

/**
 * How long mail stays with a process that says nothing, ms, where other nodes can take it over: with the look every
 * few seconds they have a dead node's mail within 30 s.
 */
const queueLeaseMs = 15_000;

/** All rooms on one data directory, opened and wired. What listens and what works the queue is built on top. */
export interface House extends AsyncDisposable {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  readonly folder: DataFolder;
  readonly language: Language;
  readonly system: CompanyDatabase;
  readonly spool: OpenSpool & { readonly database: SqlDatabase };
  readonly records: Records;
  readonly recordsDatabase: SqlDatabase;
  readonly accounts: MovableAccounts;
  /** Where accounts are that were never moved. */
  readonly usualPlacement: PlacementSource;
  readonly directory: Directory;
  /** For what the functions of the directory's folder are called with directly. */
  readonly directoryContext: DirectoryContext;
  readonly dkim: DkimKeys;
  /** For what the functions of the domains' room are called with. */
  readonly domains: DomainsContext;
  readonly certificates: CertificateContext;
  readonly passwords: PasswordContext;
  readonly limiter: AttemptLimiter;
  readonly authenticator: Authenticator;
  readonly others: OtherNodes | null;
  /** For client passwords, second factor, sign-in policies and logs. */
  readonly signIn: SignInContext;
  /** Closes what was opened with something that was taken away. */
  readonly revocations: Revocations;
  readonly senders: SenderPolicy;
  readonly signIns: ListenedSignIns;
  readonly notifier: Notifier & HomeChanges;
  readonly search: SearchStore;
  readonly mailbox: MailboxContext;
  readonly mailboxes: Mailboxes;
  readonly scripts: ScriptContext;
  /** For what administrators do to mailboxes. */
  readonly administration: AdministrationContext;
  /** Numbers of this process. */
  readonly metrics: Metrics;
  /** Works on jobs once it is started, in a process with that role. */
  readonly jobs: JobRunner;
}

/** Opens the rooms. Throws `StartError` for what an operator can do something about. */
export async function openHouse(options: HouseOptions): Promise<House> {
  try {
    return await openRooms(options);
  } catch (error) {
    if (!(error instanceof NewerSchemaError)) throw error;
    const { needed, known } = error;
    throw new StartError('serve.newer_release', { needed, known }, { cause: error });
  }
}

/** Opens the rooms. The data directory is made if missing; close with `await using` or `Symbol.asyncDispose`. */
async function openRooms(options: HouseOptions): Promise<House> {
  const { config, clock, bootId, files = nodeFiles } = options;
  const metrics = new Metrics();
  const log = countedLog(options.log, metrics);
  await using opened = new AsyncDisposableStack();
  const folder = dataFolder(config.data, config.store.blobs);
  await files.makeDirectory(folder.root);
  const shared = config.store.url !== null;
  requireRowsWhereSaid(folder, shared);
  const places = databases(config, folder, log, metrics);
  const system = opened.use(await openSystemDatabase(places.system, clock));
  if (shared) await requireWhole(system);
  if (shared) await requireKeyFile(system, folder);
  const master = await openMasterKey(files, folder.masterKey);
  if (shared) {
    await requireSameKey(system, folder, master);
    if (config.store.objects.url === null) await requireSameBlobs(system, folder.blobs);
  }
  await requireSameBucket(system, config);
  const spoolDatabase = opened.use(await openDatabase(places.spool, spoolMigrations, clock.now()));
  const spool = opened.use(
    await openSpool({
      database: spoolDatabase,
      directory: folder.blobs,
      files,
      master,
      clock,
      log,
      ...objectStore(config, clock, log, process.env),
      ...(shared && { node: nodeName(config), spool: { leaseMs: queueLeaseMs } }),
    }),
  );
  const recordsDatabase = opened.use(await openRecordsDatabase(places.records, clock.now()));
  const records = opened.use(new Records(recordsDatabase));
  const usualPlacement = places.accounts.placement ?? ownFiles;
  const accounts = opened.use(
    openAccountStore({
      dataFolder: folder.root,
      bootId,
      clock,
      log,
      ...places.accounts,
      placement: storedPlacements(system, usualPlacement),
    }),
  );
  const search = opened.use(openSearchStore({ dataFolder: folder.root, clock }));
  const notifier = opened.use(createNotifier({ clock, log, transport: options.transport ?? null }));
  const dkim = createDkimKeys({ database: system, clock, log, master });
  const directoryContext = createDirectoryContext({
    database: system,
    clock,
    domainKeys: dkim,
    ...(places.accounts.newPlacement && { newPlacement: places.accounts.newPlacement }),
  });
  const directory = createDirectory(directoryContext);
  const language = houseLanguage(config, process.env);
  const mailbox: MailboxContext = {
    accounts,
    blobs: spool.blobs,
    search,
    notifier,
    quotas: directory,
    neighbours: directoryNeighbours({ database: system, directory }),
    clock,
    log,
    limits: {
      ...defaultMailboxLimits,
      maxMessageBytes: Math.max(defaultMailboxLimits.maxMessageBytes, config.limits.maxMessageSize),
    },
  };
  const mailboxes = createMailboxes(mailbox, directory, language);
  const revocations = opened.use(createRevocations({ database: system, clock, log, notifier }));
  const keys = { secretKey: master.derive('sign-in secrets'), wrapKey: master.derive('second factors') };
  const access = openAccess(options, system, records, directory, mailboxes, revocations, keys);
  const administration: AdministrationContext = {
    directory: directoryContext,
    mailbox,
    clock,
    log,
    ensure: (tenantId, accountId) => mailboxes.ensure(tenantId, accountId),
    wake: () => {
      jobs.wake();
      if (!config.roles.includes('worker')) options.others?.work('jobs');
    },
  };
  const jobs = opened.use(new JobRunner(administration, jobWorkers));
  processMetrics(metrics);
  queueMetrics(metrics, spool.spool, () => clock.now());
  packMetrics(metrics, spoolDatabase, () => clock.now());
  const closing = opened.move();
  const house: House = {
    config,
    clock,
    log,
    files,
    folder,
    language,
    system,
    spool: { ...spool, database: spoolDatabase },
    records,
    recordsDatabase,
    accounts,
    usualPlacement,
    directory,
    directoryContext,
    dkim,
    domains: domainsContext({
      config,
      system,
      directory: directoryContext,
      dkim,
      clock,
      log,
      notify: (tenantId, notice) => raiseDomainNotice(directoryContext, tenantId, notice),
      sendTest: (tenantId, mail) => testMailSender(house)(tenantId, mail),
    }),
    certificates: { database: system, clock, log, wrapping: master.derive('certificate wrapping') },
    notifier,
    search,
    mailbox,
    mailboxes,
    administration,
    metrics,
    jobs,
    others: options.others ?? null,
    scripts: {
      accounts,
      clock,
      limits: defaultScriptLimits,
      changed: (accountId, modseq) => notifier.changed(accountId, modseq),
    },
    revocations,
    ...access,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
  return house;
}

function openAccess(
  options: HouseOptions,
  system: CompanyDatabase,
  records: Records,
  directory: Directory,
  mailboxes: Mailboxes,
  revocations: Revocations,
  keys: Pick<SignInContext, 'secretKey' | 'wrapKey'>,
): Pick<House, 'passwords' | 'limiter' | 'authenticator' | 'senders' | 'signIn' | 'signIns'> {
  const { config, clock, log } = options;
  const { access } = config;
  const hasher = new PasswordHasher({
    memory: Math.floor(access.hashMemory / 1024),
    passes: access.hashPasses,
    concurrency: access.hashesAtATime,
  });
  const { others } = options;
  const limiter = new AttemptLimiter(clock, defaultAttemptLimits, (address, login) =>
    others?.failed(address, login),
  );
  const signIns = listenedSignIns(createSignInLog(records, log));
  const authenticator = createAuthenticator({
    database: system,
    directory,
    clock,
    hasher,
    limiter,
    verified: new VerificationCache(clock, access.verificationCache),
    signIns,
    secretKey: keys.secretKey,
    revocations,
    used: new UsedClientPasswords(system, clock, log),
  });
  const sessions = { database: system, clock, limits: defaultSessionLimits, revocations };
  const bearer = bearerVerifier({ sessions, directory, limiter, revocations, signIns });
  return {
    passwords: {
      database: system,
      clock,
      hasher,
      policy: { ...defaultPasswordPolicy, minLength: access.passwordMinLength },
      revocations,
    },
    signIn: {
      database: system,
      clock,
      ...keys,
      revocations,
      signIns,
      records,
      clientPasswords: defaultClientPasswordLimits,
      limits: defaultSecondFactorLimits,
      issuer: 'Hongyan',
      history: defaultSignInHistoryLimits,
    },
    limiter,
    signIns,
    authenticator: ensuringAuthenticator(Object.assign(authenticator, { bearer }), mailboxes),
    senders: { maySendAs: (principal, address) => maySendAs(directory, principal, address) },
  };
}
