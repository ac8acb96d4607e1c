import { type BearerMechanism, bearerFailure, parseBearer } from '@hongyan/formats/sasl/bearer.ts';
import type { Directory } from '../directory/directory.ts';
import { MailError } from '../platform/errors.ts';
import type { AttemptLimiter } from './attempt-limiter.ts';
import { clientRefusal, clientStanding } from './clients/standing.ts';
import { mailRefused } from './mail-service.ts';
import type { Revocations } from './revocations.ts';
import type { Principal } from './scope.ts';
import { resolveSession, type SessionContext, sessionHolds } from './sessions.ts';
import type { SignInLog, SignInOutcome } from './sign-in-log.ts';
import type { Authenticator, SignInAttempt } from './types.ts';

type AccountPrincipal = Extract<Principal, { kind: 'account' }>;

export interface BearerContext {
  readonly sessions: SessionContext;
  readonly directory: Pick<Directory, 'resolve'>;
  readonly limiter: AttemptLimiter;
  readonly revocations: Revocations;
  readonly signIns: SignInLog;
}

/** Logins of tokens that name nobody are counted together. */
const nobody = '';

async function outcomeOf(
  { sessions }: BearerContext,
  { tenantId, accountId }: AccountPrincipal,
  attempt: SignInAttempt,
): Promise<SignInOutcome> {
  const { database } = sessions;
  if (await mailRefused(database.of(tenantId), tenantId, accountId, attempt.service))
    return 'service-stopped';
  const standing = await database.of(tenantId).read(reader => clientStanding(reader, tenantId, accountId));
  // A token was made for a program, as a client password is.
  return clientRefusal(standing, attempt.service, 'client-password') === null ? 'success' : 'clients-off';
}

/**
 * Verifies a token that a member made for a program (`SessionContext`, kind `token`): with a mail client it opens what
 * a client password would. `login`, where given, must be an address of the token's account. Throws `auth.failed`,
 * `auth.too_many_attempts`, `auth.encryption_required`, `auth.clients_off`, `service.stopped`.
 */
export function bearerVerifier(ctx: BearerContext): NonNullable<Authenticator['bearer']> {
  const { sessions, directory, limiter, signIns, revocations } = ctx;
  return async (token, login, attempt) => {
    if (!attempt.encrypted) throw new MailError('auth.encryption_required');
    const key = login?.toLowerCase() ?? nobody;
    limiter.check(attempt.address, key);
    const signedIn = await resolveSession(sessions, token, attempt.address);
    const principal = signedIn?.session.kind === 'token' ? signedIn.principal : null;
    const named = principal && login !== null ? await directory.resolve(login).catch(() => null) : null;
    const fits = login === null || (named?.kind === 'account' && named.accountId === principal?.accountId);
    const right = signedIn && principal && fits;
    const outcome = right ? await outcomeOf(ctx, principal, attempt) : 'failed';
    signIns.record({
      at: sessions.clock.now(),
      tenantId: right ? principal.tenantId : null,
      accountId: right ? principal.accountId : null,
      login: login ?? (right ? principal.login : ''),
      service: attempt.service,
      mechanism: 'bearer',
      address: attempt.address,
      encrypted: attempt.encrypted,
      outcome,
    });
    if (!right) {
      limiter.failed(attempt.address, key);
      throw new MailError('auth.failed');
    }
    limiter.succeeded(attempt.address, key);
    if (outcome === 'service-stopped') throw new MailError('service.stopped');
    if (outcome !== 'success') throw new MailError('auth.clients_off');
    const { connection } = attempt;
    if (connection) {
      const { tenantId, accountId } = principal;
      const watch = revocations.watch({
        tenantId,
        accountId,
        holds: () => sessionHolds(sessions, principal, signedIn.session.id),
        cut: () => connection.destroy(),
      });
      void connection.whenClosed.then(() => watch[Symbol.dispose]());
    }
    return principal;
  };
}

/** Challenges and responses of a SASL exchange, decoded. */
export interface BearerExchange {
  /** The client's first message. */
  readonly first: () => Promise<Buffer>;
  readonly ask: (challenge: string) => Promise<Buffer>;
}

/**
 * Holds an exchange of OAUTHBEARER (RFC 7628) or XOAUTH2. Throws what `Authenticator.bearer` throws, for a wrong token
 * after the client was told why (RFC 7628 §3.2.3), and `auth.failed` where tokens are not taken.
 */
export async function bearerSignIn(
  authenticator: Authenticator,
  mechanism: BearerMechanism,
  exchange: BearerExchange,
  attempt: SignInAttempt,
): Promise<AccountPrincipal> {
  const message = parseBearer(mechanism, await exchange.first());
  try {
    if (message === null || authenticator.bearer === undefined) throw new MailError('auth.failed');
    return await authenticator.bearer(message.token, message.login, attempt);
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    // Whatever the client says to that, it has failed.
    await exchange.ask(bearerFailure(mechanism));
    throw error;
  }
}
