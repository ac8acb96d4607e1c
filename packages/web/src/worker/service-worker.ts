// The service worker: the app's own files without a network, and announcements of mail when no window is open. It is a
// script of its own, at `/sw.js`, and imports nothing. The page itself always comes from the network when there is one, so
// that a bad copy can lock nobody out; files with a hash in their name never change and may come from the cache.

interface PushMessage {
  readonly '@type'?: string;
  readonly pushSubscriptionId?: string;
  readonly verificationCode?: string;
}

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface WorkerFetch extends WorkerEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerMessage extends WorkerEvent {
  readonly data: unknown;
}

interface WorkerPush extends WorkerEvent {
  readonly data: { json(): unknown } | null;
}

interface WorkerClick extends WorkerEvent {
  readonly notification: Notification;
}

interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
}

interface WorkerScope {
  readonly registration: {
    showNotification(title: string, options: NotificationOptions): Promise<void>;
  };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: WorkerFetch) => void): void;
  addEventListener(type: 'message', listener: (event: WorkerMessage) => void): void;
  addEventListener(type: 'push', listener: (event: WorkerPush) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: WorkerClick) => void): void;
}

const worker = globalThis as unknown as WorkerScope;
const cacheName = 'hongyan-app';
/** Beside what the build lists. */
const shell = ['/', '/message-frame.html', '/message-frame.css', '/mark.svg', '/manifest.webmanifest'];
const buildList = '/app-files.json';
/** How long the page may take before the copy is shown, ms. */
const patienceMs = 6_000;
const headers = { 'Content-Type': 'application/json', 'X-Hongyan': '1' };

/** Paths of the files that this version is made of; null when they cannot be told. */
async function builtFiles(): Promise<string[] | null> {
  try {
    const response = await fetch(buildList, { cache: 'no-store' });
    const entries = (await response.json()) as Record<string, { file: string; css?: string[]; src?: string }>;
    return Object.entries(entries)
      .filter(([name]) => !name.includes('console') && name !== 'admin.html')
      .flatMap(([, { file, css = [] }]) => [file, ...css])
      .filter(file => file.startsWith('assets/'))
      .map(file => `/${file}`);
  } catch {
    return null;
  }
}

/** Fetches what is new of this version and forgets what belongs to older ones. */
async function refreshFiles(): Promise<void> {
  const cache = await caches.open(cacheName);
  const files = await builtFiles();
  const wanted = [...new Set(files ?? [])];
  for (const path of wanted) if (!(await cache.match(path))) await cache.add(path).catch(() => undefined);
  if (files === null) return;
  const current = new Set([...wanted, ...shell]);
  for (const request of await cache.keys())
    if (!current.has(new URL(request.url).pathname)) await cache.delete(request);
}

worker.addEventListener('install', event => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then(cache => cache.addAll(shell))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', event => {
  event.waitUntil(worker.clients.claim());
});

// The page says when it shows what it was opened for: what may be needed later must not stand in its way before.
worker.addEventListener('message', event => {
  if (event.data === 'at-rest') event.waitUntil(refreshFiles());
});

/** From the network, else as it was: pages, and the few files without a hash in their name. */
async function fresh(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    // Asked anew by its address: a navigation cannot carry a limit of time.
    const response = await fetch(request.url, {
      credentials: 'same-origin',
      headers: { accept: request.headers.get('accept') ?? '*/*' },
      cache: 'no-cache',
      signal: AbortSignal.timeout(patienceMs),
    });
    // Another proxy's page, or a failure, must not become what is shown without a network.
    if (response.ok && !response.redirected) await cache.put(path, response.clone());
    return response;
  } catch (error) {
    const copy = await cache.match(path);
    if (copy) return copy;
    throw error;
  }
}

/** From the cache, else from the network. */
async function unchanging(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const copy = await cache.match(request);
  if (copy) return copy;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

worker.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate' && url.pathname === '/') {
    event.respondWith(fresh(request, '/'));
  } else if (url.pathname.startsWith('/assets/')) event.respondWith(unchanging(request));
  else if (shell.includes(url.pathname) && url.pathname !== '/')
    event.respondWith(fresh(request, url.pathname));
});

interface Answer {
  readonly methodResponses: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[];
}

async function jmap(using: readonly string[], methodCalls: readonly unknown[]): Promise<Answer> {
  const response = await fetch('/jmap/api', {
    method: 'POST',
    credentials: 'same-origin',
    headers,
    body: JSON.stringify({ using, methodCalls }),
  });
  if (!response.ok) throw new Error(`http ${response.status}`);
  return (await response.json()) as Answer;
}

interface NewMail {
  readonly from: readonly { readonly name: string | null; readonly email: string }[] | null;
  readonly subject: string | null;
}

/** The newest unread mail of the inbox, as far as somebody is signed in. */
async function newest(): Promise<NewMail | null> {
  const session = (await (await fetch('/jmap/session', { credentials: 'same-origin' })).json()) as {
    primaryAccounts: Record<string, string>;
  };
  const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail'];
  const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'];
  const { methodResponses: boxes } = await jmap(using, [
    ['Mailbox/query', { accountId, filter: { role: 'inbox' } }, '0'],
  ]);
  const inMailbox = (boxes[0]?.[1]['ids'] as string[] | undefined)?.[0];
  if (!inMailbox) return null;
  const { methodResponses } = await jmap(using, [
    [
      'Email/query',
      {
        accountId,
        filter: { inMailbox, notKeyword: '$seen' },
        sort: [{ property: 'receivedAt', isAscending: false }],
        limit: 1,
      },
      '0',
    ],
    [
      'Email/get',
      {
        accountId,
        '#ids': { resultOf: '0', name: 'Email/query', path: '/ids' },
        properties: ['from', 'subject'],
      },
      '1',
    ],
  ]);
  return (methodResponses[1]?.[1]['list'] as NewMail[] | undefined)?.[0] ?? null;
}

async function announce(): Promise<void> {
  // An open window tells by itself.
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.length > 0) return;
  const mail = await newest().catch(() => null);
  const sender = mail?.from?.[0];
  await worker.registration.showNotification(sender?.name?.trim() || sender?.email || '鸿雁', {
    body: mail?.subject ?? '✉',
    icon: '/mark.svg',
    tag: 'new-mail',
  });
}

worker.addEventListener('push', event => {
  let message: PushMessage = {};
  try {
    message = event.data?.json() as PushMessage;
  } catch {
    // Not ours.
    return;
  }
  const { pushSubscriptionId: id, verificationCode } = message;
  if (message['@type'] === 'PushVerification' && id && verificationCode) {
    event.waitUntil(
      jmap(
        ['urn:ietf:params:jmap:core'],
        [['PushSubscription/set', { update: { [id]: { verificationCode } } }, '0']],
      ),
    );
  } else if (message['@type'] === 'StateChange') event.waitUntil(announce());
});

worker.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(
    worker.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(async windows => {
      const open = windows.find(({ url }) => new URL(url).pathname === '/');
      await (open ? open.focus() : worker.clients.openWindow('/#/f/inbox'));
    }),
  );
});
