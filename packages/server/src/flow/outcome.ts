/** How far an attempt came. Goes into the trace and decides what may be tried next. */
export type Stage =
  | 'route'
  | 'connect'
  | 'greeting'
  | 'hello'
  | 'tls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'final'
  | 'local'
  | 'queue';

/** What the other server said, word for word (RFC 5321 §4.2). */
export interface RemoteReply {
  readonly code: number;
  /** Enhanced status code (RFC 3463), as sent; null without. */
  readonly enhanced: string | null;
  /** Texts of the lines, without codes. */
  readonly lines: readonly string[];
}

/** The server that was talked to. `address` is null when the name could not be resolved. */
export interface Remote {
  readonly host: string;
  readonly address: string | null;
  readonly port: number;
}

/** TLS of an outgoing connection. `verified`: the certificate chain and name were checked and right. */
export interface RemoteTls {
  readonly version: string;
  readonly cipher: string;
  readonly verified: boolean;
}

/** What is known about one attempt for one recipient; enough for the trace and for a DSN (RFC 3464 §2.3). */
export interface Diagnostic {
  readonly stage: Stage;
  /** RFC 3463 status, `2.x.x`, `4.x.x` or `5.x.x` in agreement with the outcome. */
  readonly status: string;
  /** One English sentence for administrators. */
  readonly text: string;
  readonly reply: RemoteReply | null;
  readonly remote: Remote | null;
  readonly tls: RemoteTls | null;
}

/**
 * What became of one recipient in one attempt.
 * `delivered`: in the mailbox, or taken over by the next server; `dsn` says who reports success (RFC 3461 §5.2):
 * `here` a local delivery, `next` the next server understands DSN, `lost` it does not.
 * `deferred`: try again later. `failed`: never.
 */
export type Outcome =
  | {
      readonly kind: 'delivered';
      readonly dsn: 'here' | 'next' | 'lost';
      readonly diagnostic: Diagnostic;
    }
  | { readonly kind: 'deferred'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic };

/** An outcome that has not (yet) worked. */
export type Setback = Extract<Outcome, { kind: 'deferred' | 'failed' }>;

/** A setback of our own finding, without a reply of another server. The status decides whether it is final. */
export function setback(stage: Stage, status: string, text: string, remote: Remote | null = null): Setback {
  return {
    kind: status.startsWith('5') ? 'failed' : 'deferred',
    diagnostic: { stage, status, text, reply: null, remote, tls: null },
  };
}

/**
 * A setback out of a reply. The class of the reply code rules (RFC 5321 §4.2.1); an enhanced code of another class is
 * a contradiction and replaced by the general one of the class (RFC 3463 §3.1).
 */
export function refusal(
  stage: Stage,
  reply: RemoteReply,
  remote: Remote,
  tls: RemoteTls | null = null,
): Setback {
  const permanent = reply.code >= 500 && reply.code < 600;
  const kind = permanent ? '5' : '4';
  const status = reply.enhanced?.startsWith(`${kind}.`) ? reply.enhanced : `${kind}.0.0`;
  const text = `${remote.host} answered ${reply.code} ${reply.lines[0] ?? ''}`.trimEnd();
  return {
    kind: permanent ? 'failed' : 'deferred',
    diagnostic: { stage, status, text, reply, remote, tls },
  };
}

/** The same setback as one that may pass: for refusals that an administrator, not the sender, has to cure. */
export function deferring(given: Setback): Setback {
  const { diagnostic } = given;
  return { kind: 'deferred', diagnostic: { ...diagnostic, status: `4${diagnostic.status.slice(1)}` } };
}
