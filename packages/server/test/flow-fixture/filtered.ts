import assert from 'node:assert/strict';
import { readSieve } from '@hongyan/formats/sieve/script.ts';
import { SenderLists } from '../../src/personal/filtering/senders.ts';
import { type House, type HouseOptions, openHouse } from './house.ts';

export const bob = 'bob@hongyan.test';
export const alice = 'alice@hongyan.test';

/** A mail from Ann outside; `more`: further header fields. */
export function mail(subject: string, more: readonly string[] = [], to: string = bob): string {
  return [
    `From: Ann <ann@outside.test>`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${subject}@outside.test>`,
    ...more,
    '',
    'Hello.',
    '',
  ].join('\r\n');
}

/** A company of Bob, on whose mail a script runs, and Alice. */
export async function openWith(script: string, options: HouseOptions = {}): Promise<House> {
  const house = await openHouse(options);
  await house.addUser(bob);
  await house.addUser(alice);
  await house.script(bob, script);
  house.start();
  return house;
}

/** Brings a message for bob and waits until it is settled. Returns what the trace says about bob's copy. */
export async function bring(
  house: House,
  message: string,
  from: string = 'ann@outside.test',
  to: string = bob,
  others: readonly string[] = [],
): Promise<string> {
  const before = house.trace.length;
  await house.receive(from, [to, ...others], message);
  await house.dispatcher?.settled();
  const event = house.trace.slice(before).find(one => one.recipient === bob && one.kind === 'delivered');
  return event?.diagnostic?.text ?? '';
}

type Filters = NonNullable<House['context']['filters']>;

/** Puts something of one's own in the place of what the flow asks about scripts. */
export function replaceFilters(house: House, change: (filters: Filters) => Partial<Filters>): void {
  const { filters } = house.context;
  assert.ok(filters);
  Object.assign(house.context, { filters: { ...filters, ...change(filters) } });
}

/** Lets a member's forms decide first: lists of senders, and rules as the script that they become. */
export function fillForms(
  house: House,
  entries: readonly { kind: string; value: string }[],
  rules: string,
): void {
  const senders = new SenderLists(entries);
  const forms = { senders, script: () => Promise.resolve(readSieve(Buffer.from(rules))) };
  replaceFilters(house, filters => ({
    async deciders(scope) {
      return { ...(await filters.deciders(scope)), forms };
    },
  }));
}
