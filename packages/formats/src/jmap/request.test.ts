import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { defaultJmapLimits } from './limits.ts';
import { problemDetails } from './problem.ts';
import { parseRequest } from './request.ts';

const known = new Set(['urn:ietf:params:jmap:core']);
const limits = { ...defaultJmapLimits, maxSizeRequest: 1000, maxCallsInRequest: 2 };

function problemOf(body: unknown): string {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const parsed = parseRequest(bytes, known, limits);
  return parsed.kind === 'request' ? 'none' : `${parsed.problem.type} ${parsed.problem.limit ?? ''}`.trim();
}

test('RFC 8620 §3.6.1: each request-level error by its name', () => {
  const using = ['urn:ietf:params:jmap:core'];
  assert.equal(problemOf('{"using":'), 'notJSON');
  assert.equal(problemOf([]), 'notRequest');
  assert.equal(problemOf({ methodCalls: [] }), 'notRequest');
  assert.equal(problemOf({ using: [1], methodCalls: [] }), 'notRequest');
  assert.equal(problemOf({ using, methodCalls: {} }), 'notRequest');
  assert.equal(problemOf({ using, methodCalls: [['Core/echo', {}]] }), 'notRequest');
  assert.equal(problemOf({ using, methodCalls: [['Core/echo', [], 'c']] }), 'notRequest');
  assert.equal(problemOf({ using, methodCalls: [], createdIds: { a: 1 } }), 'notRequest');
  assert.equal(problemOf({ using: ['urn:x'], methodCalls: [] }), 'unknownCapability');
  assert.equal(problemOf({ using, methodCalls: [1, 2, 3] }), 'limit maxCallsInRequest');
  assert.equal(problemOf(' '.repeat(1001)), 'limit maxSizeRequest');
  assert.equal(problemOf({ using, methodCalls: [['Core/echo', {}, 'c']], more: 'ignored' }), 'none');
});

test('RFC 8620 §3.6.1.1: problem details carry the type, the status and the limit', () => {
  assert.deepEqual(problemDetails({ type: 'limit', limit: 'maxSizeRequest', detail: 'too large' }), {
    type: 'urn:ietf:params:jmap:error:limit',
    status: 400,
    detail: 'too large',
    limit: 'maxSizeRequest',
  });
});
