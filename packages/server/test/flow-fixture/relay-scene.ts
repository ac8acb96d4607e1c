import { type SinkOptions, type SmtpSink, startSmtpSink } from '@hongyan/testkit/smtp-sink.ts';
import type { Principal } from '../../src/access/scope.ts';
import { createRelay, type Relay } from '../../src/flow/relay/relay.ts';
import { type House, type HouseOptions, openHouse } from './house.ts';
import { type Outside, type OutsideOptions, openOutside } from './outside.ts';

/** A message with everything that DATA has to be careful about. */
export const plain = 'From: alice@hongyan.test\r\nSubject: out\r\n\r\n.dots\r\n..\r\nend\r\n';

/** A house with one member, alice, and one server outside: mx.outside.test, the MX of outside.test. */
export interface Scene extends AsyncDisposable {
  readonly house: House;
  readonly sink: SmtpSink;
  readonly outside: Outside;
  readonly alice: Principal & { kind: 'account' };
  /** Sends from alice, works the queue, and tells what the queue still holds. */
  send(to: readonly string[], message?: string, more?: Parameters<House['submit']>[3]): Promise<void>;
  /** Kinds of trace events per recipient, the acceptance left out. */
  history(): string[];
  /** Error of the only recipient still queued; null when there is none. */
  waiting(): Promise<{ code: string; text: string } | null>;
}

/** Opens the scene with the queue at work. */
export async function openScene(
  sinkOptions: SinkOptions = {},
  relayOptions: OutsideOptions = {},
  houseOptions: HouseOptions = {},
): Promise<Scene> {
  const sink = await startSmtpSink(sinkOptions);
  const outside = await openOutside(
    { 'outside.test': { mx: [[10, 'mx.outside.test']] }, 'mx.outside.test': { a: ['127.0.0.1'] } },
    sink.port,
  );
  let relay: Relay | null = null;
  const house = await openHouse({
    ...houseOptions,
    relay: (clock, blobs) => (relay = createRelay(outside.context(clock, relayOptions), blobs)),
  });
  const alice = await house.addUser('alice@hongyan.test');
  const dispatcher = house.start();
  return {
    house,
    sink,
    outside,
    alice,
    async send(to, message = plain, more = {}) {
      await house.submit(alice, to, message, more);
      await dispatcher.settled();
    },
    history: () =>
      house.trace
        .filter(event => event.kind !== 'accepted' && event.recipient !== null)
        .map(event => `${event.kind} ${event.recipient} ${event.diagnostic?.status ?? ''}`),
    async waiting() {
      const due = await house.context.spool.nextDue('relay');
      if (due === null) return null;
      const event = house.trace.findLast(entry => entry.kind === 'deferred');
      return { code: event?.diagnostic?.status ?? '', text: event?.diagnostic?.text ?? '' };
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      await relay?.[Symbol.asyncDispose]();
      await outside[Symbol.asyncDispose]();
      await sink[Symbol.asyncDispose]();
    },
  };
}
