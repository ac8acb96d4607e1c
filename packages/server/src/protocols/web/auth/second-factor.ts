import type { RouteHandlerMethod } from 'fastify';
import { ownScope } from '../../../access/scope.ts';
import { forgetTrustedDevice, listTrustedDevices } from '../../../access/second-factor/devices.ts';
import {
  confirmTotp,
  enrolTotp,
  renewRecoveryCodes,
  secondFactorState,
  turnOffSecondFactor,
} from '../../../access/second-factor/second-factor.ts';
import { endAllSessions } from '../../../access/sessions.ts';
import { MailError } from '../../../platform/errors.ts';
import type { WebContext, WebServices } from '../context.ts';
import { readBody } from './body.ts';
import { identifyMember } from './identify-member.ts';
import { showPassword } from './show-password.ts';

const date = (at: number): string => new Date(at).toISOString();

/** GET /auth/second-factor. */
export function showSecondFactor(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal } = await identifyMember(web, request);
    const scope = ownScope(principal);
    const { enabled, since, recoveryCodesLeft, demanded, dueAt } = await secondFactorState(ctx.signIn, scope);
    const devices = await listTrustedDevices(ctx.signIn, scope);
    return {
      enabled,
      demanded,
      dueAt: dueAt === null ? null : date(dueAt),
      methods: since === null ? [] : [{ kind: 'totp', since: date(since) }],
      recoveryCodesLeft,
      devices: devices.map(device => ({
        id: device.id,
        label: device.label,
        address: device.address,
        createdAt: date(device.createdAt),
        seenAt: date(device.seenAt),
        expiresAt: date(device.expiresAt),
      })),
    };
  };
}

/** POST /auth/second-factor/totp `{password}`: a secret for an authenticator; nothing is on yet. */
export function enrol(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { password } = readBody(request.body, { password: 'string' });
    await showPassword(ctx, web, request.raw, principal, password);
    const enrolment = await enrolTotp(ctx.signIn, ownScope(principal));
    return reply.code(201).send({ ...enrolment });
  };
}

/** POST /auth/second-factor/totp/confirm `{code}`: turns it on; other sessions end. */
export function turnOn(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal, signedIn } = await identifyMember(web, request);
    const { code } = readBody(request.body, { code: 'string' });
    const scope = ownScope(principal);
    const recoveryCodes = await confirmTotp(ctx.signIn, scope, code);
    await endAllSessions(ctx.sessions, scope, signedIn?.session.id ?? '');
    return { recoveryCodes };
  };
}

/** POST /auth/second-factor/recovery-codes `{code}`: new ones. */
export function renewCodes(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async request => {
    const { principal } = await identifyMember(web, request);
    const { code } = readBody(request.body, { code: 'string' });
    return { recoveryCodes: await renewRecoveryCodes(ctx.signIn, ownScope(principal), code) };
  };
}

/** POST /auth/second-factor/off `{code}`. */
export function turnOff(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { code } = readBody(request.body, { code: 'string' });
    await turnOffSecondFactor(ctx.signIn, ownScope(principal), code);
    return reply.code(204).send();
  };
}

/** DELETE /auth/second-factor/devices/:id: that browser is asked again. */
export function forgetDevice(ctx: WebContext, web: WebServices): RouteHandlerMethod {
  return async (request, reply) => {
    const { principal } = await identifyMember(web, request);
    const { id } = request.params as { readonly id: string };
    if (!(await forgetTrustedDevice(ctx.signIn, ownScope(principal), id))) {
      throw new MailError('session.not_found');
    }
    return reply.code(204).send();
  };
}
