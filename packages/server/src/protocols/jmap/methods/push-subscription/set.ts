import { timingSafeEqual } from 'node:crypto';
import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { parseDate, printUtcDate } from '@hongyan/formats/jmap/date.ts';
import { parseId, printId } from '@hongyan/formats/jmap/id.ts';
import { isArray, type Json, type JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import { readPatches } from '@hongyan/formats/jmap/patch.ts';
import {
  addPushSubscription,
  changePushSubscription,
  ownPushSubscriptions,
  type PushSubscription,
  type PushSubscriptionChange,
  removePushSubscription,
} from '../../../../access/push/subscriptions.ts';
import { isMailError } from '../../../../platform/errors.ts';
import type { Method, RequestState } from '../../method.ts';
import { type PushKeys, readPushKeys } from '../../push/encryption.ts';
import { readPushUrl } from '../../push/post.ts';
import { notFound, readSet, resolveId, SetOutcome } from '../../standard-set.ts';
import { isTypeName, subscriptionObject } from './object.ts';

const maxDeviceIdLength = 255;
const maxTypes = 100;

function readTypes(value: Json | undefined): string[] | null {
  if (value === undefined || value === null) return null;
  if (!isArray(value) || value.length > maxTypes || !value.every(isTypeName))
    throw invalidProperties(['types']);
  return [...new Set(value as string[])];
}

/** ms; null: as long as the server likes. */
function readExpires(value: Json | undefined, now: number): number | null {
  if (value === undefined || value === null) return null;
  const at = typeof value === 'string' ? parseDate(value, true) : null;
  if (at === null || at <= now) throw invalidProperties(['expires']);
  return at;
}

function readKeys(object: JsonObject): PushKeys {
  const args = new Arguments(object, () => invalidProperties(['keys']));
  const keys = { p256dh: args.requiredString('p256dh'), auth: args.requiredString('auth') };
  args.end();
  return keys;
}

async function create(request: RequestState, object: JsonObject): Promise<JsonObject> {
  const { ctx, caller } = request;
  const args = new Arguments(object, (name, why) => invalidProperties([name], why));
  const deviceClientId = args.requiredString('deviceClientId');
  const url = args.requiredString('url');
  const given = args.nested('keys');
  const keys = given && readKeys(given);
  const expiresAt = readExpires(args.raw('expires'), ctx.clock.now());
  const types = readTypes(args.raw('types'));
  if ((args.raw('verificationCode') ?? null) !== null) throw invalidProperties(['verificationCode']);
  args.end();
  if (deviceClientId === '' || deviceClientId.length > maxDeviceIdLength) {
    throw invalidProperties(['deviceClientId']);
  }
  if (!readPushUrl(url, ctx.push.post)) throw invalidProperties(['url']);
  if (keys && !readPushKeys(keys)) throw invalidProperties(['keys']);
  try {
    const wanted = { deviceClientId, url, keys, types, expiresAt };
    const made = await addPushSubscription(ctx.push.subscriptions, caller.principal, wanted);
    ctx.push.sender.verify(made);
    const expires = printUtcDate(made.expiresAt);
    // What the client left out is told, and a time that became another one; secrets never are.
    const defaults = { keys: null, types: null, verificationCode: null };
    const omitted = Object.entries(defaults).filter(([name]) => !Object.hasOwn(object, name));
    return {
      id: printId('p', made.id),
      ...Object.fromEntries(omitted),
      ...(expires === object['expires'] ? {} : { expires }),
    };
  } catch (error) {
    if (isMailError(error, 'limit.exceeded')) throw new SetError('overQuota');
    if (isMailError(error, 'access.denied')) throw new SetError('forbidden');
    throw error;
  }
}

function sameCode(given: Json, { code }: PushSubscription): boolean {
  if (typeof given !== 'string') return false;
  const [left, right] = [Buffer.from(given), Buffer.from(code)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What is set once. */
const fixed: ReadonlySet<string> = new Set(['id', 'deviceClientId']);

async function update(
  request: RequestState,
  subscription: PushSubscription,
  object: JsonObject,
): Promise<JsonObject | null> {
  const { ctx } = request;
  let change: PushSubscriptionChange = {};
  const current = subscriptionObject(subscription);
  for (const { path, value } of readPatches(object)) {
    const [name = ''] = path;
    if (path.length !== 1) throw invalidProperties([name]);
    // The whole object may come back as it was read (RFC 8620 §5.3).
    if (fixed.has(name) && value === current[name]) continue;
    if (name === 'types') change = { ...change, types: readTypes(value) };
    else if (name === 'expires') change = { ...change, expiresAt: readExpires(value, ctx.clock.now()) };
    else if (name === 'verificationCode' && sameCode(value, subscription)) {
      change = { ...change, verified: true };
    } else throw invalidProperties([name]);
  }
  const changed = await changePushSubscription(ctx.push.subscriptions, subscription, change);
  if (!changed) throw notFound();
  if (change.verified) await ctx.push.sender.begin(changed);
  const expires = printUtcDate(changed.expiresAt);
  const told = object['expires'] === undefined || object['expires'] === expires;
  return told ? null : { expires };
}

/** PushSubscription/set (RFC 8620 §7.2.2): no account, no state. */
export const pushSubscriptionSet: Method = {
  name: 'PushSubscription/set',
  capability: Capability.Core,
  async run(request, args) {
    const { ctx, caller } = request;
    const wanted = readSet(request, args);
    if (wanted.ifInState !== null) throw invalidArgument('ifInState', 'there is no state');
    args.end();
    const find = async (id: string): Promise<PushSubscription> => {
      const list = await ownPushSubscriptions(ctx.push.subscriptions, caller.principal);
      const found = list.find(item => item.id === parseId('p', id));
      if (!found) throw notFound();
      return found;
    };
    const outcome = new SetOutcome(ctx);
    for (const [key, object] of wanted.create) {
      await outcome.create(request, key, () => create(request, object));
    }
    for (const [key, object] of wanted.update) {
      const id = resolveId(request, key) ?? key;
      await outcome.update(id, async () => update(request, await find(id), object));
    }
    for (const key of wanted.destroy) {
      const id = resolveId(request, key) ?? key;
      await outcome.destroy(id, async () => {
        await removePushSubscription(ctx.push.subscriptions, await find(id));
      });
    }
    return { response: { ...outcome.toJSON() } };
  },
};
