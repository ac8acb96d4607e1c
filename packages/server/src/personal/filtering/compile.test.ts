import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { readSieve } from '@hongyan/formats/sieve/script.ts';
import { conditionFields, type Rule, type RuleCondition, textOperators } from '../types/rule.ts';
import { compileRules, type RuleNames } from './compile-rules.ts';
import { compileVacation, isAnswering } from './compile-vacation.ts';
import { formLimits } from './forms.ts';
import { SenderLists } from './senders.ts';

const names: RuleNames = {
  mailbox: id => (id === 'm2' ? 'A "b"/c\\d' : null),
  keyword: id => (id === 'lb1' ? 'label-x' : null),
  trash: 'Trash',
  mayForward: true,
};
const requirements =
  'require ["fileinto","copy","mailbox","reject","vacation","imap4flags","body","environment","comparator-i;unicode-casemap"];';

function readable(text: string): string | null {
  const reading = readSieve(Buffer.from(requirements + text), formLimits);
  return reading.kind === 'script' ? null : `${reading.problem.message}: ${text.slice(0, 400)}`;
}

function rule(more: Partial<Rule>): Rule {
  const base = { name: '', isEnabled: true, sortOrder: 0, match: 'all', conditions: [], stop: true } as const;
  return { ...base, actions: [{ type: 'star' }], ...more };
}

test('FLT-01: every field and operator becomes a script that can be read, whatever the text', () => {
  const conditions: RuleCondition[] = conditionFields.flatMap((field): RuleCondition[] => {
    if (field === 'size')
      return [
        { field, operator: 'over', value: 2 ** 40 },
        { field, operator: 'under', value: 5 },
      ];
    const header = field === 'header' ? { header: 'X-A' } : {};
    return textOperators.map(operator => ({ field, operator, value: 'a"\\*?${x}\u98de$&', ...header }));
  });
  conditions.push({ field: 'listId', operator: 'exists', value: null });
  assert.equal(readable(compileRules([rule({ conditions, match: 'any' })], names)), null);
});

test('FLT-01: a hundred rules, with and without stop, stay within the limits', () => {
  const actions = [
    { type: 'move', mailboxId: 'm2' },
    { type: 'label', labelId: 'lb1' },
    { type: 'label', labelId: 'gone' },
    { type: 'forward', address: 'a@b.test', keepCopy: true },
  ] as const;
  const conditions = [{ field: 'subject', operator: 'contains', value: 'x' }] as const;
  const rules = Array.from({ length: 100 }, (_, n) =>
    rule({ actions, conditions, stop: n % 3 > 0, sortOrder: n }),
  );
  assert.equal(readable(compileRules(rules, names)), null);
  assert.ok(!compileRules(rules, { ...names, mayForward: false }).includes('redirect'));
  assert.equal(compileRules([rule({ isEnabled: false })], names), '');
});

test('SET-11: an answer in text and HTML, within its dates', () => {
  const vacation = {
    isEnabled: true,
    fromDate: '2026-01-01T00:00:00Z',
    toDate: '2026-01-03T00:00:00Z',
    subject: '"Away"',
    textBody: null,
    htmlBody: '<p>不在</p>',
  };
  assert.equal(readable(compileVacation(vacation, ['a@b.test'], 'en')), null);
  assert.equal(readable(compileVacation({ ...vacation, htmlBody: null }, [], 'zh-CN')), null);
  const at = (text: string): boolean => isAnswering(vacation, Date.parse(text));
  assert.deepEqual(
    [at('2025-12-31T23:59:59Z'), at('2026-01-01T00:00:00Z'), at('2026-01-03T00:00:00Z')],
    [false, true, false],
  );
});

test('FLT-02, FLT-03: an address counts more than a domain, a domain more than the one above; allowed wins', () => {
  const lists = new SenderLists([
    { kind: 'block', value: 'bad.test' },
    { kind: 'allow', value: 'good.bad.test' },
    { kind: 'allow', value: 'ann@bad.test' },
    { kind: 'block', value: 'eve@good.bad.test' },
  ]);
  const verdicts = [
    'x@bad.test',
    'x@sub.bad.test',
    'x@good.bad.test',
    'Ann@BAD.test',
    'eve@good.bad.test',
    'x@a.test',
  ];
  assert.deepEqual(
    verdicts.map(sender => lists.verdict([sender])),
    ['block', 'block', 'allow', 'allow', 'block', null],
  );
  assert.equal(lists.verdict(['x@bad.test', 'ann@bad.test']), 'allow');
  assert.equal(lists.verdict(['', 'no address']), null);
});
