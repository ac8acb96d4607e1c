import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { domainToKey } from '../directory/address.ts';
import { createAcceptor, type FlowAcceptor } from '../flow/accept.ts';
import type { FlowContext } from '../flow/context.ts';
import { createDispatcher, type Dispatcher } from '../flow/dispatch.ts';
import { createFilterDoor } from '../flow/filter/door.ts';
import { defaultFlowLimits, type FlowLimits } from '../flow/limits.ts';
import { createMailboxDoor } from '../flow/mailbox-door.ts';
import { policyRules } from '../flow/policy.ts';
import { createQueueSignal, type QueueSignal } from '../flow/queue/queue-signal.ts';
import { defaultRelayLimits, type RelayContext, type StaticRoute } from '../flow/relay/options.ts';
import { createRelay, type Relay } from '../flow/relay/relay.ts';
import { opportunisticTls } from '../flow/relay/tls-plan.ts';
import { createReporter } from '../flow/report/report.ts';
import { type IncomingScreening, screenChecks } from '../flow/screen.ts';
import { defaultScreeningOptions, type ScreeningOptions } from '../flow/screening/options.ts';
import { createScreening } from '../flow/screening/screening.ts';
import { Welcomer } from '../flow/welcome.ts';
import { cachingResolver } from '../platform/dns/cache.ts';
import { createNodeResolver } from '../platform/dns/node-resolver.ts';
import { installationDomain } from '../store/system/tenants.ts';
import type { Config } from './config/config.ts';
import type { House } from './house.ts';
import type { OtherNodes } from './nodes/node.ts';
import { personalContext } from './personal.ts';
import { createTraceLog, watchedTrace } from './records.ts';
import { StartError } from './start-error.ts';

/** The limits of the configuration in place of the defaults. */
export function flowLimits(config: Config): FlowLimits {
  const { limits, queue } = config;
  return {
    ...defaultFlowLimits,
    maxMessageBytes: limits.maxMessageSize,
    maxRecipients: limits.maxRecipients,
    expireAfterMs: queue.expireAfter,
    expireNotificationAfterMs: queue.expireNotificationAfter,
    delayNoticeAfterMs: queue.delayNoticeAfter === 0 ? null : queue.delayNoticeAfter,
    backoffMs: queue.retry.length > 0 ? queue.retry : defaultFlowLimits.backoffMs,
    fullMailbox: queue.fullMailbox,
    localConcurrency: queue.localConcurrency,
    relayConcurrency: queue.relayConcurrency,
    // Where other nodes may die with mail in hand: see `queueLeaseMs`.
    ...(config.store.url !== null && { pollMs: sharedPollMs }),
  };
}

const sharedPollMs = 5_000;

/** A signal that tells the other nodes, too, of work that this process leaves in the queue. */
function tellingOthers(signal: QueueSignal, others: OtherNodes | null): QueueSignal {
  return {
    ...signal,
    queued(claimed, more) {
      signal.queued(claimed, more);
      if (more) others?.work('queue');
    },
  };
}

/** The screening of the configuration in place of the defaults. */
export function screeningOptions({ screening }: Config): ScreeningOptions {
  const { deadline, clamdMaxSize, clamdTimeout, ...rest } = screening;
  const renamed = { deadlineMs: deadline, clamdMaxBytes: clamdMaxSize, clamdTimeoutMs: clamdTimeout };
  return { ...defaultScreeningOptions, ...rest, ...renamed };
}

function screening(house: House, hostname: string): IncomingScreening {
  const { config, clock, log, directory } = house;
  const { servers, timeout } = config.dns;
  const options = screeningOptions(config);
  const stub = createNodeResolver({ servers, timeoutMs: Math.min(timeout, options.deadlineMs) });
  const resolver = cachingResolver(stub, clock);
  return createScreening({
    hostname,
    options,
    resolver,
    directory,
    clock,
    log,
    sample: () => randomInt(100),
  });
}

type NextHop = NonNullable<Config['relay']['smartHost']>;

function staticRoute(hop: NextHop): StaticRoute {
  const { host, port, tls, username, passwordFile } = hop;
  if (username === null) return { host, port, tls };
  const password = passwordFile === null ? (hop.password ?? '') : firstLine(passwordFile);
  return { host, port, tls, auth: { username, password } };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError('serve.file_unreadable', { file, reason }, { cause: error });
  }
}

function firstLine(file: string): string {
  return (readText(file).split('\n', 1)[0] ?? '').replace(/\r$/, '');
}

/** The outgoing side as configured. Throws `StartError` for a file that cannot be read. */
export function relayContext(house: House, hostname: string): RelayContext {
  const { config, clock, log } = house;
  const { relay, dns } = config;
  const stub = createNodeResolver({ servers: dns.servers, timeoutMs: dns.timeout });
  const routes = relay.routes.map(route => [domainToKey(route.domain) ?? route.domain, staticRoute(route)]);
  return {
    resolver: cachingResolver(stub, clock),
    clock,
    log,
    hostname,
    ownNames: [hostname.toLowerCase()],
    ownAddresses: [],
    port: relay.port,
    allowPrivateTargets: relay.allowPrivateTargets,
    families: relay.families,
    source: { ipv4: relay.sourceIpv4, ipv6: relay.sourceIpv6 },
    routes: Object.fromEntries(routes) as Record<string, StaticRoute>,
    smartHost: relay.smartHost && staticRoute(relay.smartHost),
    planTls: opportunisticTls,
    trustedCa: relay.trustedCa === null ? null : [readText(relay.trustedCa)],
    limits: {
      ...defaultRelayLimits,
      connectMs: relay.connectTimeout,
      connectionsPerDestination: relay.connectionsPerDestination,
    },
  };
}

/** Everything the journey of a message needs, out of the house. */
export async function flowContext(house: House, hostname: string): Promise<FlowContext> {
  const { directory, dkim, senders, mailbox, mailboxes, spool, records, clock, log } = house;
  const domain = await installationDomain(house.system.look('route'));
  return {
    hostname,
    directory,
    senders,
    mailboxes: createMailboxDoor(mailbox, scope => mailboxes.ensure(scope.tenantId, scope.accountId)),
    filters: createFilterDoor(house.scripts, mailbox, directory, house.language, personalContext(house)),
    signingKeys: dkim,
    blobs: spool.blobs,
    spool: spool.spool,
    trace: watchedTrace(createTraceLog(records), house.metrics, log),
    clock,
    log,
    limits: flowLimits(house.config),
    reports: { outsiders: false, postmaster: domain ? `postmaster@${domain.name}` : null },
    screening: screening(house, hostname),
    screenChecks,
    policyRules,
    signal: tellingOthers(createQueueSignal(), house.others),
  };
}

/** The journey of messages in this process. */
export interface MailFlow {
  readonly acceptor: FlowAcceptor;
  /** Null in a process that does not work the queue. */
  readonly dispatcher: Dispatcher | null;
  /** Finishes what is under way and closes outgoing connections. */
  drain(): Promise<void>;
}

/** Opens the door for mail and, with `worker`, starts working the queue. */
export async function startMailFlow(house: House, hostname: string, worker: boolean): Promise<MailFlow> {
  const context = await flowContext(house, hostname);
  const acceptor = createAcceptor(context);
  const relay: Relay | null = worker ? createRelay(relayContext(house, hostname), context.blobs) : null;
  const dispatcher = relay ? createDispatcher(context, relay, createReporter(context, acceptor)) : null;
  const { directoryContext: directory, language, clock, log } = house;
  const welcomer = new Welcomer({ directory, acceptor, hostname, language, clock, log });
  const listening = house.signIns.listen(({ outcome, tenantId, accountId }) => {
    if (outcome !== 'success' || tenantId === null || accountId === null) return;
    void welcomer.signedIn(tenantId, accountId);
  });
  return {
    acceptor,
    dispatcher,
    async drain() {
      listening[Symbol.dispose]();
      await dispatcher?.drain();
      await relay?.[Symbol.asyncDispose]();
    },
  };
}
