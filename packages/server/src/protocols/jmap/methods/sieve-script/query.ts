import { Arguments } from '@hongyan/formats/jmap/arguments.ts';
import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { readSort } from '@hongyan/formats/jmap/comparator.ts';
import { matches, readFilter } from '@hongyan/formats/jmap/filter.ts';
import { printId } from '@hongyan/formats/jmap/id.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import { invalidArgument, MethodError } from '@hongyan/formats/jmap/method-error.ts';
import { readWindow } from '@hongyan/formats/jmap/window.ts';
import type { Script } from '../../../../sieve/scripts.ts';
import type { Method } from '../../method.ts';
import { ownReadingScope } from '../../personal/standard.ts';
import { readScripts } from '../../sieve/script-object.ts';
import { answerQuery, mostResults } from '../../standard-query.ts';

const known = new Set(['name', 'isActive']);

function readCondition(object: JsonObject): (row: Script) => boolean {
  const strange = Object.keys(object).find(key => !known.has(key));
  if (strange !== undefined) throw new MethodError('unsupportedFilter', `not by ${strange.slice(0, 100)}`);
  const args = new Arguments(object, (name, why) => invalidArgument('filter', `${name}: ${why}`));
  const name = args.string('name')?.toLowerCase() ?? null;
  const isActive = Object.hasOwn(object, 'isActive') ? args.boolean('isActive') : null;
  return row =>
    (name === null || row.name.toLowerCase().includes(name)) &&
    (isActive === null || row.active === isActive);
}

/** SieveScript/query (RFC 9661 §2.4). */
export const sieveScriptQuery: Method = {
  name: 'SieveScript/query',
  capability: Capability.Sieve,
  async run(request, args) {
    const scope = ownReadingScope(request, args);
    const filter = readFilter(args.raw('filter'), readCondition);
    const sort = readSort(args.raw('sort'), known);
    const window = readWindow(args, mostResults);
    args.end();
    const { rows, state } = await readScripts(request.ctx, scope);
    const compare = (a: Script, b: Script): number => {
      for (const { property, isAscending } of sort) {
        const order =
          property === 'name' ? a.name.localeCompare(b.name) : Number(a.active) - Number(b.active);
        if (order !== 0) return isAscending ? order : -order;
      }
      return a.id - b.id;
    };
    const found = rows.filter(row => matches(filter, test => test(row))).toSorted(compare);
    return { response: answerQuery(scope, found, window, row => printId('r', row.id), state, false) };
  },
};
