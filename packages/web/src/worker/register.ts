interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const script = '/sw.js';
// The only address this policy lets through is our own worker's.
const policy = trustedTypes?.createPolicy('hongyan-worker', {
  createScriptURL: url => {
    if (url !== script) throw new TypeError('not our worker');
    return url;
  },
});

/** Starts the service worker where the browser has one and the address is trusted (HTTPS, or this machine). */
export function registerWorker(): void {
  // While developing the files change under their names.
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  addEventListener('load', () => {
    const address = policy ? policy.createScriptURL(script) : script;
    navigator.serviceWorker.register(address, { scope: '/', updateViaCache: 'none' }).catch(() => undefined);
  });
}

let rested = false;

/**
 * Tells the service worker, once, that the page shows what it was opened for: now it may fetch the files that are needed
 * without a network.
 */
export function atRest(): void {
  if (rested || !('serviceWorker' in navigator)) return;
  rested = true;
  const tell = async (): Promise<void> => {
    const { active } = await navigator.serviceWorker.ready;
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no window: it takes none
    active?.postMessage('at-rest');
  };
  // Safari has no idle callbacks.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(() => void tell(), { timeout: 5_000 });
  else setTimeout(() => void tell(), 1_000);
}
