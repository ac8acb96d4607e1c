import { decodeBase64 } from '@hongyan/formats/sasl/base64.ts';
import type { ReadFailure } from '../../../platform/net/connection.ts';
import { withoutLineEnd } from '../../../platform/net/input-buffer.ts';
import type { ReplyName } from '../replies.ts';
import type { Pop3Session } from '../session.ts';

/** Why an exchange did not come to a verdict: what to answer, or that the peer was lost on the way. */
export class ExchangeProblem extends Error {
  readonly problem: ReplyName | { readonly lost: ReadFailure };

  constructor(problem: ReplyName | { readonly lost: ReadFailure }) {
    super('sign-in exchange was broken off');
    this.problem = problem;
  }
}

/** The wire side of AUTH (RFC 5034 §4): challenges and responses in base64, `*` cancels. */
export class SaslExchange {
  readonly #session: Pop3Session;
  #initial: string | null;

  constructor(session: Pop3Session, initial: string | null) {
    this.#session = session;
    this.#initial = initial;
  }

  /** The initial response if the client sent one, else its answer to an empty challenge. */
  async first(): Promise<Buffer> {
    const initial = this.#initial;
    this.#initial = null;
    if (initial === null) return this.ask('');
    return initial === '=' ? Buffer.alloc(0) : decoded(initial);
  }

  /** Sends a challenge and takes the response. Throws `ExchangeProblem`. */
  async ask(challenge: string): Promise<Buffer> {
    const { connection, services } = this.#session;
    connection.write(`+ ${Buffer.from(challenge, 'utf8').toString('base64')}\r\n`);
    const line = await connection.readLine(services.limits.saslLineBytes);
    if (line === 'too-long') throw new ExchangeProblem('line_too_long');
    if (typeof line === 'string') throw new ExchangeProblem({ lost: line });
    const text = withoutLineEnd(line).toString('latin1');
    if (text === '*') throw new ExchangeProblem('cancelled');
    return decoded(text);
  }
}

function decoded(text: string): Buffer {
  const bytes = decodeBase64(text);
  if (bytes === null) throw new ExchangeProblem('malformed');
  return bytes;
}
