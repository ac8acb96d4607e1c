import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Timer } from '../../platform/clock.ts';
import { unwrapSecret, wrapSecret } from '../../platform/secrets/wrap.ts';
import { KeptLease } from '../../store/nodes/kept-lease.ts';
import {
  acmeAccountRow,
  type CertificateOrderRow,
  certificateRows,
  deleteChallenge,
  deleteExpiredCertificates,
  deleteOrder,
  orderRows,
  putAcmeAccount,
  putChallenge,
  putOrder,
} from '../../store/system/domains/certificate-rows.ts';
import { installation } from '../../store/system/settings.ts';
import { type AccountOptions, AcmeClient, AcmeError, type ChallengeDoor } from './acme/client.ts';
import type { HttpTransport } from './acme/transport.ts';
import { checkPair } from './pair.ts';
import { type CertificateContext, fileCertificate } from './store.ts';

const makeKeyPair = promisify(generateKeyPair);

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Named values of ordering. Times in ms. */
export interface IssuerLimits {
  /** How often the names are compared with the certificates. */
  readonly everyMs: number;
  /** When the first comparison is made after a start. */
  readonly firstMs: number;
  /** Waits after failures; the last one repeats. */
  readonly backoffMs: readonly number[];
  /** After a success no sooner than that, even when this machine's clock is far ahead of the authority's. */
  readonly pauseMs: number;
  /** Certificates ordered in one round: authorities limit them, too. */
  readonly ordersPerRound: number;
  /** A challenge that nobody asked about is forgotten after that. */
  readonly challengeMs: number;
}

export const defaultIssuerLimits: IssuerLimits = {
  everyMs: minute,
  firstMs: 2_000,
  backoffMs: [5 * minute, 30 * minute, 2 * hour, 6 * hour, day],
  pauseMs: day,
  ordersPerRound: 5,
  challengeMs: hour,
};

export interface IssuerOptions extends CertificateContext {
  readonly directory: string;
  readonly transport: HttpTransport;
  readonly account: AccountOptions;
  readonly limits: IssuerLimits;
  /** Host names that ought to have a certificate now. */
  wantedNames(): Promise<readonly string[]>;
}

/** Gets certificates for host names and renews them (RFC 8555), in one process of the group at a time. */
export interface CertificateIssuer extends AsyncDisposable {
  /** One round now; returns the names that got a certificate, null when another process has the work. */
  round(): Promise<readonly string[] | null>;
}

const leaseName = 'certificates';
/** How soon a process looks again that found another at the work, ms: it may be dead. */
const standByMs = 10_000;

/** When a certificate is to be renewed: after two thirds of its life. */
export function renewAt(notBefore: number, notAfter: number): number {
  return notBefore + Math.floor(((notAfter - notBefore) * 2) / 3);
}

export function startCertificateIssuer(options: IssuerOptions): CertificateIssuer {
  return new Issuer(options);
}

class Issuer implements CertificateIssuer {
  readonly #options: IssuerOptions;
  readonly #lease: KeptLease;
  #client: AcmeClient | null = null;
  #timer: Timer | null = null;
  #ended = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: IssuerOptions) {
    this.#options = options;
    this.#lease = new KeptLease(options, leaseName);
    this.#schedule(options.limits.firstMs);
  }

  /** Rounds of one process follow each other: two at once would order the same name twice. */
  round(): Promise<readonly string[] | null> {
    const turn = this.#last.then(() => this.#round());
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #round(): Promise<readonly string[] | null> {
    const { clock, limits, log } = this.#options;
    const now = clock.now();
    if (!(await this.#lease.take())) return null;
    const issued: string[] = [];
    for (const order of (await this.#due(now)).slice(0, limits.ordersPerRound)) {
      if (this.#ended || !(await this.#lease.take())) break;
      try {
        await this.#issue(order);
        issued.push(order.name);
        log.info('certificates.issued', { name: order.name });
      } catch (error) {
        // A stop closes the store under an order's feet: it is no failure of the order.
        if (this.#ended) break;
        await this.#failed(order, error);
      }
    }
    return issued;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    await this.#lease[Symbol.asyncDispose]();
  }

  /** The names whose certificate is missing or old enough, and not waiting after a failure. */
  async #due(now: number): Promise<CertificateOrderRow[]> {
    const { database } = this.#options;
    const wanted = new Set(await this.#options.wantedNames());
    const orders = new Map((await orderRows(database.shared)).map(order => [order.name, order] as const));
    const ends = new Map(
      (await certificateRows(database.of(installation), installation)).map(
        row => [row.id, renewAt(row.not_before, row.not_after)] as const,
      ),
    );
    const gone = [...orders.keys()].filter(name => !wanted.has(name));
    await database.act('upkeep').transact(async tx => {
      for (const name of gone) await deleteOrder(tx, name);
      await deleteExpiredCertificates(tx, now);
    });
    return [...wanted]
      .map(
        (name): CertificateOrderRow =>
          orders.get(name) ?? {
            name,
            certificate_id: null,
            attempts: 0,
            next_attempt_at: 0,
            last_error: null,
          },
      )
      .filter(order => {
        const renewal = ends.get(order.certificate_id ?? 0) ?? 0;
        return order.next_attempt_at <= now && renewal <= now;
      });
  }

  async #issue(order: CertificateOrderRow): Promise<void> {
    const { database, clock, limits } = this.#options;
    const client = await this.#open();
    const { privateKey } = await makeKeyPair('ec', { namedCurve: 'P-256' });
    const chain = await client.issue([order.name], privateKey, this.#door());
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const pair = checkPair(chain, pem, clock.now(), order.name);
    await database.of(installation).transact(async tx => {
      const filed = await fileCertificate(this.#options, tx, installation, 'acme', pair);
      await putOrder(tx, {
        name: order.name,
        certificate_id: filed.id,
        attempts: 0,
        next_attempt_at: clock.now() + limits.pauseMs,
        last_error: null,
      });
    });
  }

  async #failed(order: CertificateOrderRow, error: unknown): Promise<void> {
    const { database, clock, limits, log } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    const attempts = order.attempts + 1;
    const backoff = limits.backoffMs[attempts - 1] ?? limits.backoffMs.at(-1) ?? hour;
    const asked = error instanceof AcmeError && error.retryAfter !== null ? error.retryAfter * 1_000 : 0;
    log.warn('certificates.order_failed', { name: order.name, attempts, reason });
    // The account may be what is wrong: look it up anew.
    this.#client = null;
    await database.shared.transact(tx =>
      putOrder(tx, {
        ...order,
        attempts,
        next_attempt_at: clock.now() + Math.max(backoff, Math.min(asked, day)),
        last_error: reason.slice(0, 1_000),
      }),
    );
  }

  #door(): ChallengeDoor {
    const { database, clock, limits } = this.#options;
    return {
      put: (token, keyAuthorization) =>
        database.shared.transact(tx =>
          putChallenge(tx, token, keyAuthorization, clock.now() + limits.challengeMs),
        ),
      remove: token => database.shared.transact(tx => deleteChallenge(tx, token, clock.now())),
    };
  }

  /** The client of the account, which is made the first time. */
  async #open(): Promise<AcmeClient> {
    if (this.#client) return this.#client;
    const { database, directory, transport, clock, wrapping, account } = this.#options;
    const context = `acme account ${directory}`;
    const known = await acmeAccountRow(database.shared, directory);
    const opened = known && unwrapSecret(wrapping, known.wrapped, context);
    let accountKey: KeyObject;
    if (opened) accountKey = createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' });
    else ({ privateKey: accountKey } = await makeKeyPair('ec', { namedCurve: 'P-256' }));
    const client = new AcmeClient({ directory, transport, clock, accountKey, accountUrl: null });
    // Asking again with the same key gives the same account (RFC 8555 §7.3), also after the authority moved it.
    const url = await client.register(account);
    if (!known || !opened || known.url !== url) {
      const der = accountKey.export({ type: 'pkcs8', format: 'der' });
      const wrapped = wrapSecret(wrapping, der, context);
      await database.shared.transact(tx =>
        putAcmeAccount(tx, { directory, url, wrapped, created_at: clock.now() }),
      );
    }
    this.#client = client;
    return client;
  }

  #schedule(delayMs: number): void {
    const { clock, limits, log } = this.#options;
    this.#timer = clock.after(delayMs, () => {
      void this.round()
        .then(done => (done === null ? Math.min(standByMs, limits.everyMs) : limits.everyMs))
        .catch((error: unknown) => {
          if (!this.#ended) log.error('certificates.round_failed', { error });
          return limits.everyMs;
        })
        .then(wait => {
          if (!this.#ended) this.#schedule(wait);
        });
    });
  }
}
