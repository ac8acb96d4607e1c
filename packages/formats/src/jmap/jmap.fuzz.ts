import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { Arguments } from './arguments.ts';
import { parseBlobId, printBlobId } from './blob-id.ts';
import { readSort } from './comparator.ts';
import { parseDate, printUtcDate } from './date.ts';
import { readFilter } from './filter.ts';
import { parseHeaderProperty } from './header-property.ts';
import { isId, parseId, printId } from './id.ts';
import { isObject, type Json, parseJson, sameJson } from './json.ts';
import { readKeyword } from './keyword.ts';
import { defaultJmapLimits } from './limits.ts';
import { MethodError, SetError } from './method-error.ts';
import { applyPatches, readPatches } from './patch.ts';
import { readRequest } from './request.ts';
import { evaluatePointer, resolveReferences } from './result-reference.ts';
import { readWindow, windowStart } from './window.ts';

const known = new Set(['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']);

/** Only the errors that RFC 8620 names may come out. */
function named(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof MethodError || error instanceof SetError)) throw error;
    assert.ok(JSON.stringify(error.toJSON()).includes(error.type));
  }
}

function checkValue(value: Json): void {
  assert.ok(sameJson(value, JSON.parse(JSON.stringify(value)) as Json));
  const read = readRequest(value, known, defaultJmapLimits);
  if (read.kind === 'request') {
    for (const call of read.request.methodCalls) {
      named(() => resolveReferences(call.arguments, [{ ...call, callId: 'q', name: 'Email/query' }]));
    }
  }
  named(() => readFilter(value, condition => Object.keys(condition)));
  named(() => readSort(value, new Set(['size', 'hasKeyword']), new Set(['hasKeyword'])));
  named(() => evaluatePointer(value, '/list/*/ids'));
  if (!isObject(value)) return;
  named(() => applyPatches(value, readPatches(value), { keywords: {} }));
  named(() => {
    const args = new Arguments(value);
    windowStart(readWindow(args, 100), 50, () => -1);
    args.ids('ids');
    args.set('keywords');
    args.idMap('create');
    args.utcDate('before');
    args.end();
  });
}

function checkText(text: string): void {
  const number = parseId('e', text);
  if (number !== null) assert.equal(printId('e', number), text);
  const blob = parseBlobId(text);
  if (blob) {
    assert.equal(printBlobId(blob), text);
    assert.ok(isId(text));
  }
  const date = parseDate(text, true);
  if (date !== null) assert.equal(parseDate(printUtcDate(date), true), Math.floor(date / 1000) * 1000);
  const keyword = readKeyword(text);
  if (keyword !== null) assert.equal(readKeyword(keyword), keyword);
  const header = parseHeaderProperty(text);
  if (header) assert.equal(header.property, text);
  named(() => evaluatePointer({ list: [{ ids: ['a'] }] }, text));
}

export const target: FuzzTarget = {
  name: 'jmap',
  *seeds(): Iterable<Uint8Array> {
    yield Buffer.from(
      '{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":[1,2.5e3,null]},"c"]],"createdIds":{"k":"m1"}}',
    );
    yield Buffer.from(`B${'A'.repeat(43)}-0-10-b`);
    yield Buffer.from('2026-01-31T08:00:00.5+08:00');
    yield Buffer.from('header:Resent-To:asGroupedAddresses:all');
    yield Buffer.from(
      '{"filter":{"operator":"AND","conditions":[]},"sort":[{"property":"size"}],"position":-1}',
    );
  },
  dictionary: [
    '{"',
    '":',
    '[[',
    ']]',
    '}}',
    ',',
    'null',
    'true',
    '1e308',
    '-0',
    '"#ids"',
    '"operator":"NOT"',
    '"conditions":[',
    '"property":',
    '"path":"/list/*/*"',
    '\\u0000',
    '\\ud83d',
    '__proto__',
    '~1',
    '/*',
    'header:',
    ':asDate',
    ':all',
    'T08:00:00Z',
    '-0-9-q',
    'e9007199254740991',
  ],
  run(input) {
    const parsed = parseJson(input);
    if (parsed.kind === 'json') checkValue(parsed.value);
    checkText(Buffer.from(input).toString('latin1'));
  },
};
