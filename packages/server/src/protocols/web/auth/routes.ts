import type { FastifyInstance } from 'fastify';
import type { WebContext, WebServices } from '../context.ts';
import { activationHandlers } from './admission/activation.ts';
import { signInEnrol, signInTurnOn } from './admission/sign-in-setup.ts';
import { createPassword, listPasswords, revokePassword } from './client-passwords.ts';
import { showClients, switchClients } from './clients.ts';
import { confirm } from './confirm.ts';
import { changePassword } from './password.ts';
import { enrol, forgetDevice, renewCodes, showSecondFactor, turnOff, turnOn } from './second-factor.ts';
import { showSession } from './session.ts';
import { listDevices, revokeDevice } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { signInSecondStep } from './sign-in-second-step.ts';
import { listSignIns } from './sign-ins.ts';
import { signOn } from './sign-on.ts';
import { signOut } from './sign-out.ts';
import { createToken } from './tokens.ts';

/** Octets of the body of any of these requests. */
const bodyLimit = 16 * 1024;

/** Everything under `/auth`. */
export function registerAuth(server: FastifyInstance, ctx: WebContext, web: WebServices): void {
  server.post('/auth/sign-in', { bodyLimit }, signIn(ctx, web));
  server.get('/auth/sign-on', signOn(ctx, web));
  server.post('/auth/sign-out', { bodyLimit }, signOut(ctx, web));
  server.get('/auth/session', showSession(web));
  server.post('/auth/password', { bodyLimit }, changePassword(ctx, web));
  server.get('/auth/sessions', listDevices(ctx, web));
  server.delete('/auth/sessions/:id', revokeDevice(ctx, web));
  server.post('/auth/tokens', { bodyLimit }, createToken(ctx, web));
  server.post('/auth/sign-in/second-factor', { bodyLimit }, signInSecondStep(ctx, web));
  server.post('/auth/sign-in/second-factor/totp', { bodyLimit }, signInEnrol(ctx, web));
  server.post('/auth/sign-in/second-factor/totp/confirm', { bodyLimit }, signInTurnOn(ctx, web));
  const activation = activationHandlers(ctx, web);
  server.get('/auth/activation/:token', activation.show);
  server.post('/auth/activation/:token', { bodyLimit }, activation.use);
  server.post('/auth/confirm', { bodyLimit }, confirm(ctx, web));
  server.get('/auth/second-factor', showSecondFactor(ctx, web));
  server.post('/auth/second-factor/totp', { bodyLimit }, enrol(ctx, web));
  server.post('/auth/second-factor/totp/confirm', { bodyLimit }, turnOn(ctx, web));
  server.post('/auth/second-factor/recovery-codes', { bodyLimit }, renewCodes(ctx, web));
  server.post('/auth/second-factor/off', { bodyLimit }, turnOff(ctx, web));
  server.delete('/auth/second-factor/devices/:id', forgetDevice(ctx, web));
  server.get('/auth/clients', showClients(ctx, web));
  server.post('/auth/clients', { bodyLimit }, switchClients(ctx, web));
  server.get('/auth/client-passwords', listPasswords(ctx, web));
  server.post('/auth/client-passwords', { bodyLimit }, createPassword(ctx, web));
  server.delete('/auth/client-passwords/:id', revokePassword(ctx, web));
  server.get('/auth/sign-ins', listSignIns(ctx, web));
}
