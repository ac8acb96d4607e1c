import { languageOf } from '@hongyan/phrases/phrases.ts';
import { tenantScope } from '../../access/scope.ts';
import { reindexOldMembers } from '../../directory/members/reindex.ts';
import { startDomainWatcher } from '../../domains/watch/watcher.ts';
import { defaultLeaseMs } from '../../mailbox/maildrop/lease.ts';
import type { MaildropContext } from '../../mailbox/maildrop/maildrop.ts';
import { startSnoozeWaker } from '../../personal/snoozing/waker.ts';
import type { Clock } from '../../platform/clock.ts';
import { ConnectionLimiter } from '../../platform/net/connection-limiter.ts';
import type { TlsProvider } from '../../platform/net/tls.ts';
import { createImapServer } from '../../protocols/imap/server.ts';
import { createManageSieveServer } from '../../protocols/managesieve/server.ts';
import { createPop3Server } from '../../protocols/pop3/server.ts';
import type { SmtpProfile } from '../../protocols/smtp/options.ts';
import { createSmtpServer } from '../../protocols/smtp/server.ts';
import { startPlainHttp } from '../../protocols/web/plain-http/server.ts';
import type { Web } from '../../protocols/web/server.ts';
import { loadCertificates } from '../certificates.ts';
import { startIssuer } from '../domains.ts';
import type { House } from '../house.ts';
import { startHousekeeping } from '../housekeeping.ts';
import { type MailFlow, startMailFlow } from '../mail-flow.ts';
import { createReadiness, type Readiness } from '../monitoring/readiness.ts';
import { startNotices } from '../notices/start.ts';
import { personalContext } from '../personal.ts';
import { keepCertificates } from './certificate-reload.ts';
import {
  type Listening,
  type Opener,
  openEverywhere,
  type Ports,
  portOf,
  roleOfService,
  type ServiceName,
  serviceNames,
} from './endpoints.ts';
import { startIndexing } from './indexing.ts';
import { openPush } from './push.ts';
import { serverName } from './server-name.ts';
import { openHouseWeb, type WebSetting } from './web.ts';

/** What listens and what works the queue in one process. */
export interface RunningServer {
  readonly hostname: string;
  /** Ports that are open, by service. */
  readonly ports: Ports;
  readonly flow: MailFlow;
  /** Looks at the queue now: somebody else changed it. */
  wake(): void;
  readonly readiness: Readiness;
  /** Reads the certificates again; when one cannot be read, the old ones stay. */
  reload(): void;
  /** Stops accepting, lets sessions and deliveries end, cuts what is left after `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
}

interface Setting extends WebSetting {
  readonly tls: TlsProvider;
  /** Made when the first address asks for it. */
  readonly web: () => Promise<Web>;
  /** One for each protocol: its listeners count together. */
  readonly limiters: Readonly<Record<'smtp' | 'imap' | 'pop3' | 'sieve', ConnectionLimiter>>;
}

function smtpOpener(setting: Setting, profile: SmtpProfile): Opener {
  const { house, hostname, tls, acceptor, limiters } = setting;
  const { config, clock, log, authenticator } = house;
  return (host, port) =>
    createSmtpServer({
      profile,
      hostName: hostname,
      listen: { host, port, ...proxies(house) },
      tls,
      acceptor,
      authenticator: profile === 'mx' ? null : authenticator,
      clock,
      log,
      allowPlainLoopback: config.access.allowPlainLoopback,
      limiter: limiters.smtp,
    });
}

function imapOpener(setting: Setting, tlsMode: 'implicit' | 'starttls'): Opener {
  const { house, tls, limiters } = setting;
  const { config, clock, log, authenticator, mailbox, language } = house;
  return (host, port) =>
    createImapServer({
      host,
      port,
      tlsMode,
      tls,
      mail: mailbox,
      authenticator,
      allowPlainLoopback: config.access.allowPlainLoopback,
      limiter: limiters.imap,
      ...proxies(house),
      language,
      clock,
      log,
    });
}

function pop3Opener(setting: Setting, tlsMode: 'implicit' | 'stls'): Opener {
  const { house, hostname, tls, limiters } = setting;
  const { config, clock, log, authenticator, language } = house;
  const { rangeDays, keepDeleted } = config.pop3;
  const maildrops: MaildropContext = {
    mail: house.mailbox,
    database: house.system,
    defaults: { rangeDays: rangeDays === 0 ? null : rangeDays, keepDeleted },
    clock,
    log,
    leaseMs: defaultLeaseMs,
  };
  return (host, port) =>
    createPop3Server({
      hostName: hostname,
      host,
      port,
      tlsMode,
      tls,
      maildrops,
      authenticator,
      allowPlainLoopback: config.access.allowPlainLoopback,
      limiter: limiters.pop3,
      ...proxies(house),
      language,
      clock,
      log,
    });
}

function sieveOpener({ house, hostname, tls, limiters }: Setting): Opener {
  const { config, clock, log, authenticator, scripts, directory, language } = house;
  return (host, port) =>
    createManageSieveServer({
      hostName: hostname,
      host,
      port,
      tls,
      scripts,
      authenticator,
      async languageOf({ tenantId, accountId }) {
        const user = await directory.getUser(tenantScope(tenantId, 'language'), accountId);
        return user.language === null ? language : languageOf(user.language);
      },
      allowPlainLoopback: config.access.allowPlainLoopback,
      limiter: limiters.sieve,
      ...proxies(house),
      clock,
      log,
    });
}

function proxies(house: House): { readonly proxiesTrusted?: readonly string[] } {
  const { proxiesTrusted } = house.config.listen;
  return proxiesTrusted.length > 0 ? { proxiesTrusted } : {};
}

function openerOf(service: ServiceName, setting: Setting): Opener {
  switch (service) {
    case 'smtp':
      return smtpOpener(setting, 'mx');
    case 'submission':
    case 'submissions':
      return smtpOpener(setting, service);
    case 'imap':
      return imapOpener(setting, 'starttls');
    case 'imaps':
      return imapOpener(setting, 'implicit');
    case 'pop3':
      return pop3Opener(setting, 'stls');
    case 'pop3s':
      return pop3Opener(setting, 'implicit');
    case 'sieve':
      return sieveOpener(setting);
    case 'web':
      return async (host, port) => (await setting.web()).listen({ host, port });
    case 'https':
      return async (host, port) => (await setting.web()).listen({ host, port, tls: setting.tls });
    case 'http':
      return (host, port) =>
        startPlainHttp(setting.house.domains, {
          host,
          port,
          httpsPort: setting.house.config.domains.publicPorts.https,
        });
    default:
      return service satisfies never;
  }
}

function connectionMetrics({ metrics, signIns }: House, limiters: Setting['limiters']): void {
  metrics.gauge(
    { name: 'hongyan_connections', help: 'Connections of clients, open.', labels: ['protocol'] },
    () => Object.entries(limiters).map(([protocol, limiter]) => [[protocol], limiter.total]),
  );
  const counter = metrics.counter({
    name: 'hongyan_sign_ins',
    help: 'Sign-ins by service and outcome.',
    labels: ['service', 'outcome'],
  });
  signIns.listen(({ service, outcome }) => counter.add(1, service, outcome));
}

function elapsed(clock: Clock, ms: number): Promise<void> {
  return new Promise(resolve => {
    clock.after(ms, resolve);
  });
}

/** Opens the services of the roles in the configuration and starts working the queue. Throws `StartError`. */
export async function startServices(house: House): Promise<RunningServer> {
  const { config, folder, log } = house;
  const hostname = await serverName(config, house.system);
  const flow = await startMailFlow(house, hostname, config.roles.includes('worker'));
  const { acceptor } = flow;
  const { connections: total, connectionsPerAddress: perAddress } = config.limits;
  const tls = loadCertificates(config, folder);
  using starting = new DisposableStack();
  const kept = starting.use(await keepCertificates(house, hostname, tls));
  const ofWeb: WebSetting = {
    house,
    hostname,
    acceptor,
    push: await openPush(house, hostname),
    readiness: createReadiness(house),
  };
  let web: Promise<Web> | null = null;
  const setting: Setting = {
    ...ofWeb,
    tls,
    web: () => {
      web ??= openHouseWeb(ofWeb);
      return web;
    },
    limiters: {
      smtp: new ConnectionLimiter({ total, perAddress }),
      imap: new ConnectionLimiter({ total, perAddress }),
      pop3: new ConnectionLimiter({ total, perAddress }),
      sieve: new ConnectionLimiter({ total, perAddress }),
    },
  };
  connectionMetrics(house, setting.limiters);
  const listening: Listening[] = [];
  const ports: Partial<Record<ServiceName, number>> = {};
  try {
    for (const service of serviceNames) {
      const port = portOf(config, service);
      if (port === false || !config.roles.includes(roleOfService[service])) continue;
      const opened = await openEverywhere(config, port, openerOf(service, setting), log);
      listening.push(...opened);
      const first = opened[0];
      if (first) ports[service] = first.address().port;
    }
  } catch (error) {
    await Promise.all(listening.map(one => one[Symbol.asyncDispose]()));
    await flow.drain();
    throw error;
  }
  const worker = config.roles.includes('worker');
  await reindexOldMembers(house.directoryContext);
  if (worker) house.jobs.start();
  const housekeeping = worker ? startHousekeeping(house) : null;
  const watcher = worker && config.domains.watch ? startDomainWatcher(house.domains) : null;
  const notices = worker ? startNotices(house, flow.acceptor, hostname) : null;
  const snoozes = worker ? startSnoozeWaker(personalContext(house)) : null;
  const issuer = worker ? startIssuer(config, house.certificates, hostname) : null;
  const certificates = starting.move();
  const indexing = startIndexing(house);
  return {
    hostname,
    ports,
    flow,
    readiness: setting.readiness,
    wake: () => {
      flow.dispatcher?.wake();
      house.jobs.wake();
    },
    reload: () => void kept.reload(),
    async drain(deadlineMs): Promise<void> {
      setting.readiness.standDown();
      certificates.dispose();
      await watcher?.[Symbol.asyncDispose]();
      await issuer?.[Symbol.asyncDispose]();
      await notices?.[Symbol.asyncDispose]();
      await snoozes?.[Symbol.asyncDispose]();
      await housekeeping?.[Symbol.asyncDispose]();
      await setting.push.sender[Symbol.asyncDispose]();
      await indexing[Symbol.asyncDispose]();
      const sessions = listening.map(one => one.drain(deadlineMs));
      // Deliveries under way end by themselves or are given back; the queue keeps what does not end in time.
      await Promise.all([...sessions, Promise.race([flow.drain(), elapsed(house.clock, deadlineMs)])]);
    },
  };
}
