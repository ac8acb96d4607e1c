import { defaultJmapLimits } from '@hongyan/formats/jmap/limits.ts';
import type { Scope } from '../../access/scope.ts';
import { defaultSessionLimits } from '../../access/sessions.ts';
import { requireMailService } from '../../directory/company/mail-service.ts';
import { HostPages } from '../../domains/pages.ts';
import type { FlowAcceptor } from '../../flow/accept.ts';
import { takeBack } from '../../flow/queue/take-back.ts';
import { EmailIndexes } from '../../mailbox/emails/email-indexes.ts';
import { ContactIndexes } from '../../personal/contacts/contact-index.ts';
import type { TenantId } from '../../platform/ids.ts';
import type { JmapPush } from '../../protocols/jmap/context.ts';
import { jmapModule } from '../../protocols/jmap/module.ts';
import { restModule } from '../../protocols/rest/module.ts';
import { autoconfigModule } from '../../protocols/web/autoconfig/module.ts';
import { defaultImageProxyLimits } from '../../protocols/web/image-proxy/fetch-image.ts';
import { imageProxyModule } from '../../protocols/web/image-proxy/module.ts';
import { openWeb, type Web } from '../../protocols/web/server.ts';
import { wellKnownModule } from '../../protocols/web/well-known/module.ts';
import { wecomModule } from '../../protocols/wecom/module.ts';
import type { House } from '../house.ts';
import type { Readiness } from '../monitoring/readiness.ts';
import { personalContext } from '../personal.ts';
import { webFolder } from '../program-files.ts';
import { createTraceLog, watchedTrace } from '../records.ts';
import { clientServers } from './client-servers.ts';
import { readyModule } from './ready.ts';
import { restContext } from './rest.ts';
import { wecomContext } from './wecom.ts';

/** What the web needs beside the house. */
export interface WebSetting {
  readonly house: House;
  readonly hostname: string;
  readonly acceptor: FlowAcceptor;
  readonly push: JmapPush;
  readonly readiness: Readiness;
}

/** Everything that is served over HTTP, for all addresses of this process, with TLS and without. */
export function openHouseWeb(setting: WebSetting): Promise<Web> {
  const { house, hostname, acceptor } = setting;
  const { config, clock, log, authenticator, system, passwords, directory } = house;
  const context = {
    authenticator,
    sessions: { database: system, clock, limits: defaultSessionLimits, revocations: house.revocations },
    signIn: house.signIn,
    revocations: house.revocations,
    clientServers: async (tenantId: TenantId) => clientServers(await house.domains.plan(tenantId)),
    allowPlainLoopback: config.access.allowPlainLoopback,
    passwords,
    clock,
    log,
  };
  const personal = personalContext(house);
  const jmap = {
    mailboxes: house.mailbox,
    personal,
    contacts: new ContactIndexes(personal),
    indexes: new EmailIndexes(),
    scripts: house.scripts,
    acceptor,
    directory,
    hostname,
    clock,
    log,
    limits: defaultJmapLimits,
    push: setting.push,
    deliverySteps: (tenantId: number, queueId: string, limit: number) =>
      house.records.findTrace({ tenantId, queueId }, { limit }),
    takeBack: (queueId: string) =>
      takeBack(
        {
          database: house.spool.database,
          blobs: house.spool.blobs,
          clock,
          log,
          trace: watchedTrace(createTraceLog(house.records), house.metrics, log),
        },
        queueId,
      ),
    prepare: async (scope: Scope) => {
      await requireMailService(house.directoryContext, scope.tenantId);
      await house.mailboxes.ensure(scope.tenantId, scope.accountId);
    },
  };
  setting.push.sender.start(jmap);
  const pages = new HostPages(house.domains);
  const options = {
    trustedProxies: config.listen.proxiesTrusted,
    webmail: webFolder,
    closedHost: (host: string) => pages.waitsFor(host),
  };
  return openWeb(context, options, [
    () => readyModule(setting.readiness),
    services => wellKnownModule(services, house.domains),
    services => autoconfigModule(services, house.domains),
    services => jmapModule(jmap, services),
    services => restModule(restContext(house), services),
    services => wecomModule(wecomContext(house, jmap), services),
    services => imageProxyModule(services, defaultImageProxyLimits),
  ]);
}
