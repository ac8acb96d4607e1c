import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import {
  deferring,
  type RemoteReply,
  type RemoteTls,
  refusal,
  type Setback,
  type Stage,
  setback,
} from '../outcome.ts';
import { connect } from './connect.ts';
import type { RelayContext, StaticRoute } from './options.ts';
import { readReply } from './reply.ts';
import type { Target } from './route.ts';
import type { TlsPlan } from './tls-plan.ts';
import { type Wire, WireError } from './wire.ts';

/** A connection that is greeted, secured and signed in as planned, or why not. */
export type Opened =
  | { readonly kind: 'open'; readonly session: Session }
  | { readonly kind: 'setback'; readonly setback: Setback };

/** One connection to another server, between its greeting and QUIT. */
export interface Session {
  readonly target: Target;
  readonly wire: Wire;
  readonly plan: TlsPlan;
  /** EHLO keywords in upper case with their parameters. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly tls: RemoteTls | null;
  /** Transactions begun. */
  uses: number;
  /** Whether a transaction was left open: RSET before the next. */
  dirty: boolean;
}

/**
 * Opens a session. With an opportunistic plan a TLS handshake that fails is followed by a second connection in plain
 * text (RFC 7435 §3). Never throws for what the other side does.
 */
export async function openSession(
  context: RelayContext,
  target: Target,
  plan: TlsPlan,
  auth: StaticRoute['auth'],
): Promise<Opened> {
  const first = await attempt(context, target, plan, auth);
  if (first.kind === 'open' || plan.level !== 'opportunistic' || first.setback.diagnostic.stage !== 'tls') {
    return first;
  }
  context.log.info('relay.tls_fallback', { host: target.host, reason: first.setback.diagnostic.text });
  return attempt(context, target, { ...plan, level: 'none' }, auth);
}

/** Says goodbye without insisting, and closes. */
export async function closeSession(context: RelayContext, session: Pick<Session, 'wire'>): Promise<void> {
  try {
    if (session.wire.alive) {
      session.wire.write('QUIT\r\n');
      await readReply(session.wire, context.limits.quitMs);
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  } finally {
    session.wire.destroy();
  }
}

const brokenStatus = { timeout: '4.4.1', protocol: '4.5.0', closed: '4.4.2', tls: '4.7.5' } as const;

/** An outcome out of a broken connection: always worth another try. */
export function broken(stage: Stage, target: Target, error: WireError, tls: RemoteTls | null): Setback {
  const status = brokenStatus[error.reason];
  const result = setback(stage, status, `${target.host} [${target.address}]: ${error.message}`, target);
  return { kind: 'deferred', diagnostic: { ...result.diagnostic, tls } };
}

/** Ends an attempt to open a session. */
class NotOpened extends Error {
  readonly setback: Setback;

  constructor(result: Setback) {
    super(result.diagnostic.text);
    this.setback = result;
  }
}

async function attempt(
  context: RelayContext,
  target: Target,
  plan: TlsPlan,
  auth: StaticRoute['auth'],
): Promise<Opened> {
  let wire: Wire | null = null;
  const opening = new Opening(context, target, plan);
  try {
    wire = await connect(context, target);
    return { kind: 'open', session: await opening.run(wire, auth) };
  } catch (error) {
    if (error instanceof NotOpened) {
      if (wire) await closeSession(context, { wire });
      return { kind: 'setback', setback: error.setback };
    }
    wire?.destroy();
    if (!(error instanceof WireError)) throw error;
    const stage = error.reason === 'tls' ? 'tls' : opening.stage;
    return { kind: 'setback', setback: broken(stage, target, error, opening.tls) };
  }
}

/** The steps from the greeting to a usable session, with the stage reached. */
class Opening {
  readonly #context: RelayContext;
  readonly #target: Target;
  readonly #plan: TlsPlan;
  stage: Stage = 'connect';
  tls: RemoteTls | null = null;

  constructor(context: RelayContext, target: Target, plan: TlsPlan) {
    this.#context = context;
    this.#target = target;
    this.#plan = plan;
  }

  async run(wire: Wire, auth: StaticRoute['auth']): Promise<Session> {
    const { limits } = this.#context;
    if (this.#plan.implicit) await this.#secure(wire);
    this.stage = 'greeting';
    this.#expect(await readReply(wire, limits.greetingMs), 2);
    let extensions = await this.#hello(wire);
    if (!this.#plan.implicit && this.#plan.level !== 'none' && (await this.#startTls(wire, extensions))) {
      extensions = await this.#hello(wire);
    }
    if (auth) await this.#signIn(wire, extensions, auth);
    return { target: this.#target, wire, plan: this.#plan, extensions, tls: this.tls, uses: 0, dirty: false };
  }

  /** EHLO, or HELO where that is not known (RFC 5321 §3.2). */
  async #hello(wire: Wire): Promise<Map<string, string>> {
    this.stage = 'hello';
    const { hostname, limits } = this.#context;
    wire.write(`EHLO ${hostname}\r\n`);
    const reply = await readReply(wire, limits.helloMs);
    const extensions = new Map<string, string>();
    if (reply.code >= 500) {
      wire.write(`HELO ${hostname}\r\n`);
      this.#expect(await readReply(wire, limits.helloMs), 2);
      return extensions;
    }
    this.#expect(reply, 2);
    for (const line of reply.lines.slice(1)) {
      const space = line.indexOf(' ');
      const keyword = space === -1 ? line : line.slice(0, space);
      extensions.set(keyword.toUpperCase(), space === -1 ? '' : line.slice(space + 1).trim());
    }
    return extensions;
  }

  /** STARTTLS as far as offered and planned (RFC 3207). Returns whether the connection is encrypted now. */
  async #startTls(wire: Wire, extensions: ReadonlyMap<string, string>): Promise<boolean> {
    this.stage = 'tls';
    const mayBePlain = this.#plan.level === 'opportunistic';
    if (!extensions.has('STARTTLS')) {
      if (mayBePlain) return false;
      throw new NotOpened(setback('tls', '4.7.10', `${this.#target.host} does not offer TLS`, this.#target));
    }
    wire.write('STARTTLS\r\n');
    const reply = await readReply(wire, this.#context.limits.tlsMs);
    if (reply.code !== 220) {
      if (mayBePlain) return false;
      // Encryption that is missing today may be back tomorrow: never final, whatever the code says.
      throw new NotOpened(deferring(refusal('tls', reply, this.#target)));
    }
    await this.#secure(wire);
    return true;
  }

  async #secure(wire: Wire): Promise<void> {
    this.stage = 'tls';
    const { host } = this.#target;
    const options: ConnectionOptions = {
      host,
      rejectUnauthorized: this.#plan.level === 'verified',
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 && !host.startsWith('[') ? { servername: host } : {}),
      ...(this.#context.trustedCa === null ? {} : { ca: [...this.#context.trustedCa] }),
    };
    await wire.secure(options, this.#context.limits.tlsMs);
    const socket = wire.tlsSocket;
    this.tls = socket && {
      version: socket.getProtocol() ?? 'unknown',
      cipher: socket.getCipher().standardName,
      verified: socket.authorized,
    };
  }

  /** AUTH PLAIN or LOGIN (RFC 4954, RFC 4616). A refusal is an administrator's problem: mail waits for the repair. */
  async #signIn(wire: Wire, extensions: ReadonlyMap<string, string>, auth: Credentials): Promise<void> {
    this.stage = 'auth';
    const { authMs } = this.#context.limits;
    const mechanisms = new Set((extensions.get('AUTH') ?? '').toUpperCase().split(' '));
    let reply: RemoteReply;
    if (mechanisms.has('PLAIN')) {
      wire.write(`AUTH PLAIN ${base64(`\0${auth.username}\0${auth.password}`)}\r\n`);
      reply = await readReply(wire, authMs);
    } else if (mechanisms.has('LOGIN')) {
      wire.write('AUTH LOGIN\r\n');
      reply = await readReply(wire, authMs);
      for (const answer of [auth.username, auth.password]) {
        if (reply.code !== 334) break;
        wire.write(`${base64(answer)}\r\n`);
        reply = await readReply(wire, authMs);
      }
    } else {
      throw new NotOpened(
        setback('auth', '4.7.0', `${this.#target.host} offers neither AUTH PLAIN nor LOGIN`, this.#target),
      );
    }
    if (reply.code < 200 || reply.code >= 300) {
      throw new NotOpened(deferring(refusal('auth', reply, this.#target, this.tls)));
    }
  }

  #expect(reply: RemoteReply, kind: number): void {
    if (Math.floor(reply.code / 100) === kind) return;
    throw new NotOpened(refusal(this.stage, reply, this.#target, this.tls));
  }
}

type Credentials = NonNullable<StaticRoute['auth']>;

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
