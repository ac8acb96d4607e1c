import type { DomainNotice } from '../domains/context.ts';
import { createAcceptor } from '../flow/accept.ts';
import type { TenantId } from '../platform/ids.ts';
import { sendDomainNotice } from './domain-notices.ts';
import type { House } from './house.ts';
import { flowContext } from './mail-flow.ts';
import { serverName } from './serve/prepare.ts';

/** Mails notices about domains through the house's own flow; the queue delivers them when it looks next. */
export function domainNotifier(house: House): (tenantId: TenantId, notice: DomainNotice) => Promise<void> {
  return async (tenantId, notice) => {
    const hostname = await serverName(house.config, house.system);
    const { directory, clock, language } = house;
    const acceptor = createAcceptor(await flowContext(house, hostname));
    await sendDomainNotice({ directory, acceptor, clock, hostname, language }, tenantId, notice);
  };
}
