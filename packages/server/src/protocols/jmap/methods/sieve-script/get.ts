import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import { accountIdOf } from '../../accounts.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { readScripts, scriptObject, scriptProperties } from '../../sieve/script-object.ts';
import { answerGet, readGet } from '../../standard-get.ts';

/** SieveScript/get (RFC 9661 §2.2). */
export const sieveScriptGet: Method = {
  name: 'SieveScript/get',
  capability: Capability.Sieve,
  async run(request, args) {
    const { ctx } = request;
    const scope = ownReadingScope(request, args);
    const wanted = readGet(ctx, args, scriptProperties);
    args.end();
    const { rows, state } = await readScripts(ctx, scope);
    const asked = rows.filter(row => wanted.ids?.includes(printId('r', row.id)) ?? true);
    const objects = await Promise.all(asked.map(row => scriptObject(ctx, scope, row)));
    return { response: { accountId: accountIdOf(scope), state, ...answerGet(objects, wanted, ctx) } };
  },
};
