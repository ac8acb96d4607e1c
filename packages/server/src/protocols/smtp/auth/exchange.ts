import { decodeBase64 } from '@hongyan/formats/sasl/base64.ts';
import type { Connection, ReadFailure } from '../../../platform/net/connection.ts';
import { withoutLineEnd } from '../../../platform/net/input-buffer.ts';
import type { ReplyName } from '../replies.ts';

/** Why an exchange did not come to a verdict: what to reply, or that the peer was lost on the way. */
export class AuthProblem extends Error {
  readonly problem: ReplyName | { readonly lost: ReadFailure };

  constructor(problem: ReplyName | { readonly lost: ReadFailure }) {
    super('authentication exchange was broken off');
    this.problem = problem;
  }
}

/** The wire side of AUTH (RFC 4954 §4): challenges and responses in base64, `*` cancels. */
export class AuthExchange {
  readonly #connection: Connection;
  readonly #lineBytes: number;
  #initial: string | null;

  constructor(connection: Connection, lineBytes: number, initial: string | null) {
    this.#connection = connection;
    this.#lineBytes = lineBytes;
    this.#initial = initial;
  }

  /** Whether the client sent an initial response that is not yet used. */
  get hasInitial(): boolean {
    return this.#initial !== null;
  }

  /** The initial response if the client sent one, else its answer to an empty challenge. */
  async first(): Promise<Buffer> {
    const initial = this.#initial;
    this.#initial = null;
    if (initial === null) return this.ask('');
    return initial === '=' ? Buffer.alloc(0) : decoded(initial);
  }

  /** Sends a challenge and takes the response. Throws `AuthProblem`. */
  async ask(challenge: string): Promise<Buffer> {
    // A mechanism in which the server speaks first has no use for an initial response (RFC 4954 §4).
    if (this.#initial !== null) throw new AuthProblem('authMalformed');
    this.#connection.write(`334 ${Buffer.from(challenge, 'utf8').toString('base64')}\r\n`);
    const line = await this.#connection.readLine(this.#lineBytes);
    if (line === 'too-long') throw new AuthProblem('lineTooLong');
    if (typeof line === 'string') throw new AuthProblem({ lost: line });
    const text = withoutLineEnd(line).toString('latin1');
    if (text === '*') throw new AuthProblem('authCancelled');
    return decoded(text);
  }
}

function decoded(text: string): Buffer {
  const bytes = decodeBase64(text);
  if (bytes === null) throw new AuthProblem('authMalformed');
  return bytes;
}
