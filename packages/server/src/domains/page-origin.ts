import { isIP } from 'node:net';
import type { Scope } from '../access/scope.ts';
import { MailError } from '../platform/errors.ts';
import { domainOfHost, hostName } from './client-settings.ts';
import type { DomainsContext } from './context.ts';

/** This machine, as a laptop that tries the product names it: no link to it leads anywhere else. */
function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * The pages at `origin` (`https://mail.example.com`) are ours and the company's: its host is one of the installation's, or one
 * of a domain of the tenant that leads here. What is mailed in the company's name must lead nowhere else, whatever a request
 * says of where it came from. Throws `input.invalid` (field `origin`), also for pages without TLS.
 */
export async function requireOwnPages(ctx: DomainsContext, scope: Scope, origin: string): Promise<void> {
  const url = URL.parse(origin);
  if (url && isThisMachine(url.hostname)) return;
  const host = url?.protocol === 'https:' ? hostName(url.hostname) : null;
  if (host !== null) {
    if ((await ctx.ownHosts()).includes(host)) return;
    const domain = await domainOfHost(ctx, host);
    if (domain?.tenant_id === scope.tenantId) return;
  }
  throw new MailError('input.invalid', { in: 'body', field: '/origin' });
}
