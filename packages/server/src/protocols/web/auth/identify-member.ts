import type { FastifyRequest } from 'fastify';
import { MailError } from '../../../platform/errors.ts';
import type { WebServices } from '../context.ts';
import type { Identity } from '../identify.ts';

/**
 * Who sends a request about signing in. Client passwords are for mail: whoever has one must not change with it how the
 * account is protected. Throws `access.denied` for them, and what `identify` throws.
 */
export async function identifyMember(web: WebServices, request: FastifyRequest): Promise<Identity> {
  const identity = await web.identify(request.raw);
  if (identity.principal.credential?.kind === 'client-password') {
    throw new MailError('access.denied', { need: 'password' });
  }
  return identity;
}
