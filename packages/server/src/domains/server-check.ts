import { connect } from 'node:net';
import type { Clock } from '../platform/clock.ts';
import type { ZoneResolver } from '../platform/dns/resolver.ts';

/** What a check of the server's own name found. None of it hinders anything. */
export type ServerCheck =
  | {
      readonly check: 'forward';
      readonly state: 'ok' | 'wrong' | 'unknown';
      readonly addresses: readonly string[];
    }
  | {
      readonly check: 'reverse';
      readonly state: 'ok' | 'wrong' | 'unknown';
      readonly address: string;
      readonly names: readonly string[];
    }
  | { readonly check: 'port25'; readonly state: 'ok' | 'wrong' | 'unknown'; readonly target: string };

export interface ServerCheckContext {
  readonly resolver: ZoneResolver;
  readonly clock: Clock;
  /** Our name in greetings. */
  readonly hostname: string;
  /** A domain whose mail exchanger is known to listen on port 25: one of a large provider. */
  readonly probeDomain: string;
  /** Port of mail exchangers. */
  readonly port: number;
  readonly connectMs: number;
}

/** Most addresses of the server that are looked up backwards. */
const mostAddresses = 8;

/**
 * Checks what receivers look at: the server's name leads to addresses, the addresses lead back to the name (RFC 1912
 * §2.1), and connections to port 25 of others come about.
 */
export async function checkServer(ctx: ServerCheckContext): Promise<ServerCheck[]> {
  const [forward, port25] = await Promise.all([checkForward(ctx), checkPort25(ctx)]);
  const addresses = forward.check === 'forward' ? forward.addresses : [];
  const reverse = await Promise.all(addresses.map(address => checkReverse(ctx, address)));
  return [forward, ...reverse, port25];
}

async function checkForward({ resolver, hostname }: ServerCheckContext): Promise<ServerCheck> {
  const answers = await Promise.all([resolver.a(hostname), resolver.aaaa(hostname)]);
  const addresses = answers
    .flatMap(answer => (answer.kind === 'records' ? answer.records : []))
    .slice(0, mostAddresses);
  const silent = answers.some(({ kind }) => kind === 'temporary');
  const state = addresses.length > 0 ? 'ok' : silent ? 'unknown' : 'wrong';
  return { check: 'forward', state, addresses };
}

async function checkReverse(
  { resolver, hostname }: ServerCheckContext,
  address: string,
): Promise<ServerCheck> {
  const answer = await resolver.ptr(address);
  const names = answer.kind === 'records' ? answer.records.slice(0, mostAddresses) : [];
  const right = names.includes(hostname.toLowerCase());
  const state = right ? 'ok' : answer.kind === 'temporary' ? 'unknown' : 'wrong';
  return { check: 'reverse', state, address, names };
}

async function checkPort25(ctx: ServerCheckContext): Promise<ServerCheck> {
  const { resolver, probeDomain, port } = ctx;
  const exchangers = await resolver.mx(probeDomain);
  const [best] =
    exchangers.kind === 'records' ? exchangers.records.toSorted((a, b) => a.preference - b.preference) : [];
  const addresses = best ? await resolver.a(best.exchange) : null;
  const [address] = addresses?.kind === 'records' ? addresses.records : [];
  if (address === undefined) return { check: 'port25', state: 'unknown', target: probeDomain };
  const state = (await reaches(ctx, address, port)) ? 'ok' : 'wrong';
  return { check: 'port25', state, target: best?.exchange ?? probeDomain };
}

/** Whether a connection comes about; it is closed at once. */
function reaches({ clock, connectMs }: ServerCheckContext, host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port });
    const timer = clock.after(connectMs, () => end(false));
    const end = (reached: boolean): void => {
      timer.cancel();
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
