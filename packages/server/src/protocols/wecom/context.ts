import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { AccessTokens } from '../../access/access-tokens.ts';
import type { PasswordContext } from '../../access/passwords.ts';
import type { Scope } from '../../access/scope.ts';
import type { SignInContext } from '../../access/sign-in-context.ts';
import type { AdministrationContext } from '../../administration/context.ts';
import type { TraceContext } from '../../administration/trace/context.ts';
import type { DirectoryContext } from '../../directory/context.ts';
import type { MailAcceptor } from '../../flow/types.ts';
import type { MailboxContext } from '../../mailbox/context.ts';
import type { EmailIndexes } from '../../mailbox/emails/email-indexes.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Input } from './input.ts';

/** Named limits of the compatible API. */
export interface WecomLimits {
  readonly bodyOctets: number;
  /** Calls a minute of one app, and how many may come at once. */
  readonly perMinute: number;
  readonly burst: number;
}

export const defaultWecomLimits: WecomLimits = { bodyOctets: 1024 * 1024, perMinute: 1_200, burst: 300 };

/** What the calls work with. */
export interface WecomContext {
  readonly directory: DirectoryContext;
  readonly mailbox: MailboxContext;
  readonly indexes: EmailIndexes;
  /** Takes what programs send. */
  readonly acceptor: MailAcceptor;
  readonly trace: TraceContext;
  readonly administration: AdministrationContext;
  readonly passwords: PasswordContext;
  readonly signIn: SignInContext;
  readonly accessTokens: AccessTokens;
  readonly limits: WecomLimits;
  /** Whether secrets may come over a connection without TLS from this machine. */
  readonly allowPlainLoopback: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the web server does for this protocol (its `WebServices`). */
export interface WecomCarrier {
  client(request: IncomingMessage): {
    readonly address: string;
    readonly encrypted: boolean;
    readonly loopback: boolean;
    readonly host: string;
  };
}

export interface WecomModule {
  register(server: FastifyInstance): void;
}

/** The program that calls. */
export interface WecomCaller {
  /** Its API token. */
  readonly tokenId: number;
  /** Scheme and host that it asked for: `https://mail.example.com`. */
  readonly origin: string;
  readonly address: string;
  readonly encrypted: boolean;
}

/** A call of the compatible API: what it answers beside `errcode` and `errmsg`. */
export interface WecomCall {
  /** Below `/cgi-bin`. */
  readonly path: string;
  /** Clients differ between the two: both are taken where it says so. */
  readonly methods: readonly ('GET' | 'POST')[];
  /** `errmsg` of success; `ok` when left out. */
  readonly done?: string;
  /** Octets of the body when it may be larger than others. */
  readonly bodyOctets?: number;
  run(
    ctx: WecomContext,
    scope: Scope,
    input: Input,
    caller: WecomCaller,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;
}
