import { filingRequired } from '../directory/domain-state/gate.ts';
import { domainStatusRow } from '../store/system/domains/status-rows.ts';
import { domainOfHost, hostName } from './client-settings.ts';
import type { DomainsContext } from './context.ts';

/** How long an answer is remembered, ms, and for how many hosts: strangers choose the names. */
const rememberedMs = 30_000;
const maxHosts = 1_000;

interface Remembered {
  readonly domain: string | null;
  readonly until: number;
}

/** Whether pages may open at the host names of companies' domains (DOM-16). */
export class HostPages {
  readonly #ctx: DomainsContext;
  readonly #hosts = new Map<string, Remembered>();

  constructor(ctx: DomainsContext) {
    this.#ctx = ctx;
  }

  /**
   * The domain whose filing (ICP) the pages at a `Host` wait for; null where they may open. The service's own host and
   * trial domains never wait.
   */
  async waitsFor(header: string): Promise<string | null> {
    const host = hostName(header.slice(0, 300));
    if (host === null) return null;
    const now = this.#ctx.clock.now();
    const known = this.#hosts.get(host);
    if (known && known.until > now) return known.domain;
    const domain = await this.#look(host);
    this.#hosts.delete(host);
    this.#hosts.set(host, { domain, until: now + rememberedMs });
    const [oldest] = this.#hosts.keys();
    if (this.#hosts.size > maxHosts && oldest !== undefined) this.#hosts.delete(oldest);
    return domain;
  }

  async #look(host: string): Promise<string | null> {
    if (host === (await this.#ctx.serviceHost())) return null;
    const domain = await domainOfHost(this.#ctx, host);
    if (!domain) return null;
    const { database } = this.#ctx.directory;
    if (!(await filingRequired(database.of(domain.tenant_id), domain.tenant_id))) return null;
    const status = await domainStatusRow(database.of(domain.tenant_id), domain.tenant_id, domain.id);
    return status?.icp_filed === 1 || status?.trial === 1 ? null : domain.unicode_name;
  }
}
