import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { notifyMethods, sieveExtensions } from '@hongyan/formats/sieve/extensions.ts';
import type { JmapContext } from '../context.ts';

/** In the session's `capabilities` (RFC 9661 §1.2). */
export const sieveCapability: JsonObject = { implementation: 'Hongyan' };

/** In the account's capabilities: what scripts may take and do (RFC 9661 §1.2). */
export function sieveAccountCapability(ctx: JmapContext): JsonObject {
  const { maxNameBytes, maxScripts, script } = ctx.scripts.limits;
  return {
    maxSizeScriptName: maxNameBytes,
    maxSizeScript: script.scriptBytes,
    maxNumberScripts: maxScripts,
    maxNumberRedirects: script.redirects,
    sieveExtensions,
    notificationMethods: notifyMethods,
    externalLists: ['urn'],
  };
}
