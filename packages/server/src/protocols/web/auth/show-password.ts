import type { IncomingMessage } from 'node:http';
import type { Principal } from '../../../access/scope.ts';
import type { WebContext, WebServices } from '../context.ts';
import { isPrivate } from '../identify.ts';

/** Has somebody who is signed in show their password again. Throws as the authenticator does. */
export async function showPassword(
  ctx: WebContext,
  web: WebServices,
  request: IncomingMessage,
  principal: Extract<Principal, { kind: 'account' }>,
  password: string,
): Promise<void> {
  const client = web.client(request);
  await ctx.authenticator.password(principal.login, password, {
    service: 'web',
    address: client.address,
    encrypted: isPrivate(ctx, client),
    confirming: true,
  });
}
