import type { FastifyInstance } from 'fastify';
import type { WebContext, WebServices } from '../context.ts';
import { changePassword } from './password.ts';
import { showSession } from './session.ts';
import { listDevices, revokeDevice } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { createToken } from './tokens.ts';

/** Octets of the body of any of these requests. */
const bodyLimit = 16 * 1024;

/** Everything under `/auth`. */
export function registerAuth(server: FastifyInstance, ctx: WebContext, web: WebServices): void {
  server.post('/auth/sign-in', { bodyLimit }, signIn(ctx, web));
  server.post('/auth/sign-out', { bodyLimit }, signOut(ctx, web));
  server.get('/auth/session', showSession(web));
  server.post('/auth/password', { bodyLimit }, changePassword(ctx, web));
  server.get('/auth/sessions', listDevices(ctx, web));
  server.delete('/auth/sessions/:id', revokeDevice(ctx, web));
  server.post('/auth/tokens', { bodyLimit }, createToken(ctx, web));
}
