import { MailError } from '../../platform/errors.ts';
import type { Client, RequestHead } from './client.ts';

/** Header that a page of another site cannot send without asking first (CORS). Any value will do. */
export const ownHeader = 'x-hongyan';

/**
 * Throws `access.denied` when a browser sends the request for a page of another site: by `Sec-Fetch-Site` where the
 * browser has it, else by `Origin`. Programs send neither.
 */
export function requireSameOrigin(request: RequestHead, client: Client): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw denied();
  const origin = request.headers.origin;
  if (origin === undefined) return;
  const expected = `${client.encrypted ? 'https' : 'http'}://${client.host}`;
  if (origin.toLowerCase() !== expected.toLowerCase()) throw denied();
}

/** As `requireSameOrigin`, and asks for the header as well: for every change that a cookie alone would allow. */
export function requireOwnPage(request: RequestHead, client: Client): void {
  requireSameOrigin(request, client);
  if (request.headers[ownHeader] === undefined) throw denied();
}

function denied(): MailError {
  return new MailError('access.denied', { reason: 'another site' });
}
