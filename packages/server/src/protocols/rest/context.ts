import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ActivationMail } from '../../access/activation/links.ts';
import type { ApiTokenContext } from '../../access/api-tokens.ts';
import type { IdempotencyContext } from '../../access/idempotency.ts';
import type { PasswordContext } from '../../access/passwords.ts';
import type { Principal } from '../../access/scope.ts';
import type { SignedIn } from '../../access/sessions.ts';
import type { SignInContext } from '../../access/sign-in-context.ts';
import type { AdministrationContext } from '../../administration/context.ts';
import type { TraceContext } from '../../administration/trace/context.ts';
import type { DirectoryContext } from '../../directory/context.ts';
import type { ImportContext } from '../../directory/import/context.ts';
import type { CertificateContext } from '../../domains/certificates/store.ts';
import type { DomainsContext } from '../../domains/context.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';

/** Named limits of the administration API. */
export interface RestLimits {
  /** Octets of a JSON body, unless an operation says otherwise. */
  readonly bodyOctets: number;
  /** Entries of a page when the request names none, and at most. */
  readonly pageDefault: number;
  readonly pageMost: number;
  /** Requests a minute, and how many may come at once: of one person or token, and of one address. */
  readonly callerPerMinute: number;
  readonly callerBurst: number;
  readonly addressPerMinute: number;
  readonly addressBurst: number;
}

export const defaultRestLimits: RestLimits = {
  bodyOctets: 256 * 1024,
  pageDefault: 50,
  pageMost: 200,
  callerPerMinute: 1_200,
  callerBurst: 300,
  addressPerMinute: 3_000,
  addressBurst: 600,
};

/**
 * What operations work with. An area that needs another room's context adds it here, in `app/serve/rest.ts` and in the
 * house of the tests (`testkit/src/rest-house.ts`).
 */
export interface RestContext {
  readonly directory: DirectoryContext;
  readonly imports: ImportContext;
  readonly administration: AdministrationContext;
  readonly trace: TraceContext;
  readonly passwords: PasswordContext;
  readonly signIn: SignInContext;
  /** Mails an activation link to a member's other address. */
  readonly mailActivation: (mail: ActivationMail) => Promise<void>;
  readonly domains: DomainsContext;
  readonly certificates: CertificateContext;
  readonly tokens: ApiTokenContext;
  readonly idempotency: IdempotencyContext;
  readonly limits: RestLimits;
  /** Whether tokens may come over a connection without TLS from this machine. */
  readonly allowPlainLoopback: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who sent a request, as the web server found out. */
interface Identity {
  readonly principal: Extract<Principal, { kind: 'account' }>;
  readonly via: 'cookie' | 'bearer' | 'basic';
  readonly signedIn: SignedIn | null;
}

/** What the web server does for this protocol (its `WebServices`). */
export interface RestCarrier {
  /** Throws `auth.required`, `auth.failed`, `access.denied` for pages of other sites, and others. */
  identify(request: IncomingMessage): Promise<Identity>;
  client(request: IncomingMessage): {
    readonly address: string;
    readonly encrypted: boolean;
    readonly loopback: boolean;
  };
}

/** The API as a part of the web server (its `WebModule`). */
export interface RestModule {
  register(server: FastifyInstance): void;
  drain(): void;
}
