import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holds } from './holds.ts';
import { planNeedle } from './needle.ts';
import { fuzz } from './search.fuzz.ts';
import { cutTerms } from './tokens.ts';

test('RFC 9051 §6.4.4: a needle is looked for as a substring', () => {
  assert.deepEqual(planNeedle('port'), {
    pieces: [{ kind: 'part', text: 'port', at: 'inside' }],
    exact: true,
  });
  assert.deepEqual(planNeedle('合同编号'), {
    pieces: [{ kind: 'terms', terms: ['合同', '同编', '编号'] }],
    exact: true,
  });
  assert.deepEqual(planNeedle('江'), { pieces: [{ kind: 'part', text: '江', at: 'inside' }], exact: true });
  assert.deepEqual(planNeedle('lei@mail.ex'), {
    pieces: [
      { kind: 'part', text: 'lei', at: 'end' },
      { kind: 'terms', terms: ['mail'] },
      { kind: 'part', text: 'ex', at: 'start' },
    ],
    exact: false,
  });
});

test('what has no words is left to the text', () => {
  for (const needle of ['', ' ', '...', '\ud83d', 'a\udc00']) assert.equal(planNeedle(needle), null);
});

test('a needle of megabytes is planned at once and finds', () => {
  for (const needle of ['a '.repeat(500_000), '长'.repeat(500_000), 'y'.repeat(1_000_000)]) {
    const plan = planNeedle(needle);
    assert.ok(plan && plan.pieces.length <= 16);
    assert.equal(plan.exact, false);
    const terms: string[] = [];
    cutTerms(needle.slice(0, 5_000), terms, 10_000);
    assert.ok(holds(terms, plan.pieces));
  }
});

test('every piece of a text is found by its plan, and exact plans find nothing else', () => {
  const alphabet = ['a', 'b', ' ', '-', '长', '江', '、', '€', '😀', '𠮷', 'ü', '1', 'の', '\n'];
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state >>> 8;
  };
  for (let round = 0; round < 300; round += 1) {
    const text = Array.from({ length: 40 + (round % 200) }, () => alphabet[next() % alphabet.length]).join(
      '',
    );
    fuzz(Buffer.from(text));
  }
});
