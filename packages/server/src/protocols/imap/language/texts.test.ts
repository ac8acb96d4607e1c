import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inLanguage, isKnownText } from './texts.ts';

const imap = join(import.meta.dirname, '..');

test('every text behind OK, NO, BAD and BYE is in the catalogue (RFC 5255 §3)', () => {
  const files = globSync('**/*.ts', { cwd: imap }).filter(file => !file.endsWith('.test.ts'));
  const said: string[] = [];
  for (const file of files) {
    const source = readFileSync(join(imap, file), 'utf8');
    for (const [, text = ''] of source.matchAll(/\b(?:ok|bad|bye)\(\s*'([^']+)'/g)) said.push(text);
    for (const [, text = ''] of source.matchAll(/\bno\(\s*(?:'[^']*'|`[^`]*`),\s*'([^']+)'/g))
      said.push(text);
    for (const [, text = ''] of source.matchAll(/\bsay\('[A-Z]+',\s*'([^']+)'/g)) said.push(text);
    if (file !== 'mail-error.ts') continue;
    for (const [, text = ''] of source.matchAll(/\['[A-Z]+',\s*'([^']+)'\s*\]/g)) said.push(text);
  }
  assert.ok(said.length > 100, String(said.length));
  assert.deepEqual(
    said.filter(text => !isKnownText(text)),
    [],
  );
});

test('texts in Chinese; what is not in the catalogue is quoted; i-default and English stay (RFC 5255 §3.2)', () => {
  assert.equal(inLanguage('No such mailbox', 'zh-CN'), '没有这个文件夹');
  assert.equal(inLanguage('FETCH completed', 'zh-CN'), 'FETCH 已完成');
  assert.equal(inLanguage('Expected a space', 'zh-CN', true), '命令有误：Expected a space');
  assert.equal(inLanguage('Odd', 'zh-CN'), '未能完成：Odd');
  for (const language of [null, 'en'] as const) assert.equal(inLanguage('Odd', language), 'Odd');
});
