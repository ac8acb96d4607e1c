import { domainToKey, parseAddress } from '../directory/address.ts';
import type { SqlReader } from '../store/sql/port.ts';
import { challengeAnswer } from '../store/system/domains/certificate-rows.ts';
import { type DomainRow, domainByName, installationDomain } from '../store/system/tenants.ts';
import type { DomainsContext } from './context.ts';
import { mtaStsPolicy, type RecordPlan } from './records/plan.ts';
import { hostLabels } from './records/wanted.ts';

/** A server that programs connect to. */
export interface ClientServer {
  readonly protocol: 'imap' | 'pop3' | 'smtp';
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls';
}

/** How programs are to be set up for addresses in one domain (MBX-10, CLI-06). The user name is the whole address. */
export interface ClientSettings {
  /** A-labels. */
  readonly domain: string;
  readonly unicodeName: string;
  /** The best first. */
  readonly servers: readonly ClientServer[];
  /** Another host of the same services (CLI-06), or null. */
  readonly backupHost: string | null;
  readonly web: { readonly host: string; readonly port: number };
}

export function clientServers({ ports, serviceHost: host }: RecordPlan): ClientServer[] {
  const offered: readonly (readonly [ClientServer['protocol'], number | null, ClientServer['security']])[] = [
    ['imap', ports.imaps, 'tls'],
    ['imap', ports.imap, 'starttls'],
    ['pop3', ports.pop3s, 'tls'],
    ['smtp', ports.submissions, 'tls'],
    ['smtp', ports.submission, 'starttls'],
  ];
  return offered.flatMap(([protocol, port, security]) =>
    port === null ? [] : [{ protocol, host, port, security }],
  );
}

/** The settings for an address (nobody is told whether it exists), or null when its domain is not ours. */
export async function settingsForAddress(ctx: DomainsContext, text: string): Promise<ClientSettings | null> {
  const address = text.length > 320 ? null : parseAddress(text);
  if (address === null) return null;
  const domain = await domainByName(ctx.directory.database.look('route'), address.domain);
  return domain ? settingsOf(ctx, domain) : null;
}

/** The settings for the domain that a `Host` header names: the domain itself or one of the names below it that lead here. */
export async function settingsForHost(ctx: DomainsContext, host: string): Promise<ClientSettings | null> {
  const domain = await domainOfHost(ctx, host);
  return domain ? settingsOf(ctx, domain) : null;
}

async function settingsOf(ctx: DomainsContext, domain: DomainRow): Promise<ClientSettings> {
  const plan = await ctx.plan(domain.tenant_id);
  return {
    domain: domain.name,
    unicodeName: domain.unicode_name,
    servers: clientServers(plan),
    backupHost: plan.backupHost,
    web: { host: plan.serviceHost, port: plan.ports.https },
  };
}

/** Name in a `Host` header without its port, A-labels; null for an address or nonsense. */
export function hostName(header: string): string | null {
  const colon = header.lastIndexOf(':');
  return domainToKey(colon > 0 ? header.slice(0, colon) : header);
}

/** Our domain that a `Host` header names: the domain itself, or with one of `labels` before it (default: all of ours). */
export async function domainOfHost(
  ctx: DomainsContext,
  header: string,
  only?: string,
): Promise<DomainRow | undefined> {
  const name = hostName(header);
  if (name === null) return undefined;
  const reader: SqlReader = ctx.directory.database.look('route');
  const dot = name.indexOf('.');
  const parent = await domainByName(reader, name.slice(dot + 1));
  if (parent) {
    const labels = only === undefined ? hostLabels(await ctx.plan(parent.tenant_id)) : [only];
    if (labels.includes(name.slice(0, dot))) return parent;
  }
  if (only !== undefined) return undefined;
  // Our own host is nobody's: the installation's first domain stands for it.
  return (
    (await domainByName(reader, name)) ??
    (name === (await ctx.serviceHost()) ? (parent ?? (await installationDomain(reader))) : undefined)
  );
}

/** The policy for `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461 §3.2); null where there is none. */
export async function policyForHost(ctx: DomainsContext, host: string): Promise<string | null> {
  const domain = await domainOfHost(ctx, host, 'mta-sts');
  if (!domain) return null;
  const plan = await ctx.plan(domain.tenant_id);
  return plan.mtaSts.mode === 'none' ? null : mtaStsPolicy(plan);
}

/** What to answer an authority that asks for a challenge (RFC 8555 §8.3), or null. */
export async function challengeFor(
  ctx: Pick<DomainsContext, 'directory' | 'clock'>,
  token: string,
): Promise<string | null> {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(token)) return null;
  return (await challengeAnswer(ctx.directory.database.shared, token, ctx.clock.now())) ?? null;
}
