import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/access/scope.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { ActiveScripts } from '../../src/sieve/active-script.ts';
import { defaultScriptLimits, type ScriptContext, type ScriptLimits } from '../../src/sieve/context.ts';
import { claim, isKnown, remember } from '../../src/sieve/memory.ts';
import {
  activateScript,
  checkScript,
  deleteScript,
  getScript,
  haveSpace,
  listScripts,
  putScript,
  renameScript,
} from '../../src/sieve/scripts.ts';
import { type MailboxHouse, withAccount } from '../store-fixture/mailbox-fixture.ts';

const text = (value: string): Buffer => Buffer.from(value);

function withScripts(
  work: (ctx: ScriptContext, scope: Scope, house: MailboxHouse) => Promise<void>,
  limits: Partial<ScriptLimits> = {},
): Promise<void> {
  return withAccount(async (house, scope) => {
    const { accounts, clock } = house.ctx;
    await work({ accounts, clock, limits: { ...defaultScriptLimits, ...limits } }, scope, house);
  });
}

test('scripts are stored, replaced, activated one at a time, renamed and deleted (RFC 5804 §2.6 to §2.11)', () =>
  withScripts(async (ctx, scope) => {
    assert.equal((await putScript(ctx, scope, 'a', text('keep;'))).kind, 'done');
    assert.equal((await putScript(ctx, scope, 'b', text('stop;'))).kind, 'done');
    await activateScript(ctx, scope, 'a');
    await activateScript(ctx, scope, 'b');
    assert.equal((await putScript(ctx, scope, 'b', text('discard;'))).kind, 'done');
    const listed = await listScripts(ctx, scope);
    assert.deepEqual(
      listed.map(({ name, size, active }) => ({ name, size, active })),
      [
        { name: 'a', size: 5, active: false },
        { name: 'b', size: 8, active: true },
      ],
    );
    assert.equal(new Set(listed.map(({ id }) => id)).size, 2, 'ids are their own');
    assert.equal((await deleteScript(ctx, scope, 'b')).kind, 'active');
    assert.equal((await renameScript(ctx, scope, 'b', 'a')).kind, 'exists');
    assert.equal((await renameScript(ctx, scope, 'b', 'c')).kind, 'done');
    assert.equal((await activateScript(ctx, scope, 'b')).kind, 'not_found');
    assert.equal((await listScripts(ctx, scope)).find(row => row.active)?.name, 'c');
    await activateScript(ctx, scope, null);
    assert.equal((await deleteScript(ctx, scope, 'c')).kind, 'done');
    assert.equal(await getScript(ctx, scope, 'c'), null);
    assert.equal(Buffer.from((await getScript(ctx, scope, 'a')) ?? []).toString(), 'keep;');
  }));

test('a script that is wrong is not stored; names are checked; nothing goes over the limits (RFC 5804 §1.6, §2.5)', () =>
  withScripts(
    async (ctx, scope) => {
      assert.equal((await putScript(ctx, scope, 'a', text('fileinto "x";'))).kind, 'invalid');
      assert.equal(checkScript(ctx, text('keep')).kind, 'invalid');
      for (const name of ['', 'a\nb', 'a\u2028b', '\ud800', 'x'.repeat(513)])
        assert.equal((await putScript(ctx, scope, name, text('keep;'))).kind, 'bad_name');
      assert.deepEqual(await listScripts(ctx, scope), []);
      await putScript(ctx, scope, 'a', text('keep;'));
      await putScript(ctx, scope, 'b', text('keep;'));
      assert.equal((await putScript(ctx, scope, 'c', text('keep;'))).kind, 'too_many');
      assert.equal((await haveSpace(ctx, scope, 'b', 8)).kind, 'too_large');
      assert.equal((await haveSpace(ctx, scope, 'b', 7)).kind, 'done');
    },
    { maxScripts: 2, maxTotalBytes: 12 },
  ));

test('rights: who may only read cannot change scripts, who may not read sees none', () =>
  withScripts(async (ctx, scope) => {
    const rights = { read: true, write: false, send: false, administer: false };
    const denied = (error: unknown): boolean => isMailError(error, 'access.denied');
    await assert.rejects(putScript(ctx, { ...scope, rights }, 'a', text('keep;')), denied);
    await assert.rejects(activateScript(ctx, { ...scope, rights }, null), denied);
    await assert.rejects(claim(ctx, { ...scope, rights }, 'sent', 'a', 1), denied);
    await assert.rejects(listScripts(ctx, { ...scope, rights: { ...rights, read: false } }), denied);
  }));

test('the active script is the one of now, however it was changed', () =>
  withScripts(async (ctx, scope) => {
    const active = new ActiveScripts(ctx);
    assert.equal(await active.of(scope), null);
    await putScript(ctx, scope, 'a', text('keep;'));
    assert.equal(await active.of(scope), null);
    await activateScript(ctx, scope, 'a');
    const first = await active.of(scope);
    assert.equal(first?.name, 'a');
    assert.equal((await active.of(scope))?.reading, first?.reading, 'it is not read again');
    await putScript(ctx, scope, 'a', text('stop;'));
    assert.notEqual((await active.of(scope))?.reading, first?.reading);
    await activateScript(ctx, scope, null);
    assert.equal(await active.of(scope), null);
  }));

test('what is remembered is forgotten in time; of many who claim at once one gets it (RFC 5230 §4.2, RFC 7352 §3)', () =>
  withScripts(async (ctx, scope, { clock }) => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => claim(ctx, scope, 'answered', 'ann', 1000)),
    );
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal(await isKnown(ctx, scope, 'answered', 'ann'), true);
    assert.equal(await isKnown(ctx, scope, 'seen', 'ann'), false);
    clock.advance(999);
    await remember(ctx, scope, 'seen', 'x', 10);
    assert.equal(await claim(ctx, scope, 'answered', 'ann', 1000), false);
    clock.advance(1);
    assert.equal(await isKnown(ctx, scope, 'answered', 'ann'), false);
    assert.equal(await claim(ctx, scope, 'answered', 'ann', 1000), true);
  }));

test('no more is remembered than the limit: what would be over soonest goes', () =>
  withScripts(
    async (ctx, scope) => {
      for (let i = 1; i <= 5; i++) await remember(ctx, scope, 'seen', `m${i}`, i * 1000);
      const known = await Promise.all([1, 2, 3, 4, 5].map(i => isKnown(ctx, scope, 'seen', `m${i}`)));
      assert.deepEqual(known, [false, false, true, true, true]);
    },
    { maxMemory: 3 },
  ));
