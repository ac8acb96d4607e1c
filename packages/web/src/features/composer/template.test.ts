import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsetOf } from './checks/checks.ts';
import { fillPlaceholders, leftPlaceholder } from './template.ts';

test('CMP-09: what is known is filled in and escaped; what is not stays to be seen', () => {
  const escape = (value: string): string => value.replaceAll('<', '&lt;');
  const text = 'Dear {{ Name }}, {{product}} from {{company}}';
  assert.equal(
    fillPlaceholders(text, { name: '<Li>', company: '' }, escape),
    'Dear &lt;Li>, {{product}} from {{company}}',
  );
  assert.equal(leftPlaceholder('a {{product}} b'), '{{product}}');
  assert.equal(leftPlaceholder('a {product} {{}} {{two words}}'), null);
});

test('a value that looks like a placeholder is not filled in again', () => {
  assert.equal(
    fillPlaceholders('{{name}}', { name: '{{sender}}', sender: 'x' }, value => value),
    '{{sender}}',
  );
});

test('the clock of somebody is known from a date with an offset only', () => {
  assert.equal(offsetOf('2026-03-01T10:00:00+01:00'), 60);
  assert.equal(offsetOf('2026-03-01T10:00:00-05:30'), -330);
  assert.equal(offsetOf('2026-03-01T10:00:00+00:00'), null);
  assert.equal(offsetOf('2026-03-01T10:00:00Z'), null);
  assert.equal(offsetOf(null), null);
});
