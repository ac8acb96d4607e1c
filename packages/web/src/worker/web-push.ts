import type { JmapClient } from '../jmap/client.ts';
import type { GetResponse, SetResponse } from '../jmap/types.ts';

const capability = 'urn:ietf:params:jmap:webpush-vapid';
const deviceKey = 'hongyan.device';
/** A subscription is renewed when the app is opened this long before it ends, ms (RFC 8620 §7.2: at most 7 days). */
const renewBeforeMs = 3 * 24 * 3_600_000;

interface Subscription {
  readonly id: string;
  readonly deviceClientId: string;
  readonly expires: string;
}

function deviceId(): string {
  let id = localStorage.getItem(deviceKey);
  if (!id) {
    id = crypto.randomUUID();
    localStorage.setItem(deviceKey, id);
  }
  return id;
}

/** Web Push wants the key as bytes where it is not read as text. */
function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, character => character.charCodeAt(0));
}

async function ownSubscription(client: JmapClient): Promise<Subscription | undefined> {
  const { list } = await client.plain<GetResponse<Subscription>>('PushSubscription/get', { ids: null });
  return list.find(({ deviceClientId }) => deviceClientId === deviceId());
}

/**
 * Lets the server wake this browser when mail arrives and no window is open (RFC 8620 §7.2, RFC 9749). Renews what is
 * there. Silent where the browser or its push service will not: windows that are open tell by themselves.
 */
export async function subscribePush(client: JmapClient): Promise<void> {
  const { applicationServerKey } = client.session.capabilities[capability] ?? {};
  if (
    typeof applicationServerKey !== 'string' ||
    !('serviceWorker' in navigator) ||
    !('PushManager' in globalThis)
  )
    return;
  const registration = await navigator.serviceWorker.ready;
  const push = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(applicationServerKey),
  });
  const { endpoint, keys } = push.toJSON();
  if (!endpoint || !keys?.['p256dh'] || !keys['auth']) return;
  const before = await ownSubscription(client);
  if (before && new Date(before.expires).getTime() - Date.now() > renewBeforeMs) return;
  await client.plain<SetResponse>('PushSubscription/set', {
    ...(before ? { destroy: [before.id] } : {}),
    create: {
      push: {
        deviceClientId: deviceId(),
        url: endpoint,
        keys: { p256dh: keys['p256dh'], auth: keys['auth'] },
        types: ['EmailDelivery'],
      },
    },
  });
}

/** Ends it: the setting was switched off, or the person signs out. */
export async function unsubscribePush(client: JmapClient): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const push = await registration?.pushManager?.getSubscription();
  if (!push) return;
  await push.unsubscribe();
  const before = await ownSubscription(client).catch(() => undefined);
  if (before) await client.plain<SetResponse>('PushSubscription/set', { destroy: [before.id] });
}
