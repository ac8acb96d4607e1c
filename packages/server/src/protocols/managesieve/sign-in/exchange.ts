import { textOf } from '@hongyan/formats/managesieve/scanner.ts';
import { formatString } from '@hongyan/formats/managesieve/writer.ts';
import { decodeBase64 } from '@hongyan/formats/sasl/base64.ts';
import { readCommand } from '../command-reader.ts';
import type { ManageSieveSession } from '../session.ts';

/** Why an exchange did not come to a verdict. `lost`: there is nobody to answer. */
export class ExchangeEnded extends Error {
  readonly lost: boolean;

  constructor(message: string, lost = false) {
    super(message);
    this.lost = lost;
  }
}

function decoded(octets: Buffer): Buffer {
  const bytes = decodeBase64(textOf(octets) ?? '!');
  if (bytes === null) throw new ExchangeEnded('Not base64');
  return bytes;
}

/** The wire side of AUTHENTICATE (RFC 5804 §2.1): challenges and responses are strings with base64, `*` cancels. */
export class SaslExchange {
  readonly #session: ManageSieveSession;
  #initial: Buffer | null;

  constructor(session: ManageSieveSession, initial: Buffer | null) {
    this.#session = session;
    this.#initial = initial;
  }

  /** The initial response, or the answer to an empty challenge. Throws `ExchangeEnded`. */
  async first(): Promise<Buffer> {
    const initial = this.#initial;
    this.#initial = null;
    return initial === null ? this.ask('') : decoded(initial);
  }

  /** Sends a challenge and takes the response. Throws `ExchangeEnded`. */
  async ask(challenge: string): Promise<Buffer> {
    const { connection, services } = this.#session;
    const encoded = Buffer.from(challenge, 'utf8').toString('base64');
    connection.write(Buffer.concat([formatString(encoded), Buffer.from('\r\n')]));
    const { limits } = services;
    const read = await readCommand(connection, { ...limits, literalBytes: limits.strangerBytes });
    if (read.kind === 'large' || read.kind === 'long') throw new ExchangeEnded('The response is too long');
    if (read.kind === 'bad') throw new ExchangeEnded('A string is expected');
    if (read.kind !== 'words') throw new ExchangeEnded(read.kind, true);
    const [word, ...rest] = read.words;
    if (word?.kind !== 'string' || rest.length > 0) throw new ExchangeEnded('A string is expected');
    if (word.octets.toString('latin1') === '*') throw new ExchangeEnded('Cancelled');
    return decoded(word.octets);
  }
}
