import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { consoleEn } from './console/en.ts';
import { en } from './mail/en.ts';
import { acceptedLanguage, catalogues, createPhrases, languageOf, languages } from './phrases.ts';

function placeholders(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{([^}|]*)[^}]*\}/g), match => match[1] ?? ''))].sort();
}

test('every language has every phrase with the same placeholders, none empty, none surplus', () => {
  for (const language of languages) {
    const catalogue = catalogues[language];
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(catalogues.en).sort());
    for (const [key, text] of Object.entries(catalogue)) {
      const english = Object.entries(catalogues.en).find(([other]) => other === key)?.[1] ?? '';
      assert.notEqual(text.trim(), '', key);
      assert.deepEqual(placeholders(text), placeholders(english), `${language} ${key}`);
    }
  }
});

test('a phrase is filled; values are taken as they are, also when they look like placeholders', () => {
  const phrases = createPhrases('en');
  assert.equal(
    phrases.say('config.unknown_key', { key: '{suggestion}' }),
    'There is no setting “{suggestion}”.',
  );
  assert.equal(createPhrases('zh-CN').say('error.auth.failed'), '账号或密码错误。');
  assert.equal(phrases.find('error.no.such'), null);
  assert.equal(phrases.find('constructor'), null);
});

/** What functions of a catalogue say when everything is counted as one. */
function* saidOfOne(texts: object): Generator<string> {
  for (const text of Object.values(texts)) {
    if (typeof text === 'object' && text !== null) yield* saidOfOne(text);
    if (typeof text !== 'function') continue;
    let said: unknown;
    try {
      said = text(...Array.from({ length: Math.max(1, text.length) }, () => 1));
    } catch {
      // It counts nothing: it wants words.
      continue;
    }
    if (typeof said === 'string') yield said;
  }
}

test('one of something is not many, in English', () => {
  // What is named by a parameter is a 1 here, too: `1 is free`.
  const notCounted = /\b1 (?:is|has|was|belongs|reaches|contains|looks|address|alias|goes)\b/;
  const wrong = [...saidOfOne(consoleEn), ...saidOfOne(en)].filter(
    said => /\b1 [a-z]+s\b/.test(said) && !notCounted.test(said),
  );
  assert.deepEqual(wrong, []);
});

test('languages of LANG and Accept-Language', () => {
  assert.deepEqual(
    ['zh_CN.UTF-8', 'zh', 'zh_TW.Big5', 'en_US.UTF-8', 'C', undefined, 'zhx'].map(languageOf),
    ['zh-CN', 'zh-CN', 'zh-CN', 'en', 'en', 'en', 'en'],
  );
  assert.equal(acceptedLanguage('fr, en;q=0.5, zh-TW;q=0.9'), 'zh-CN');
  assert.equal(acceptedLanguage('en, zh'), 'en');
  assert.equal(acceptedLanguage('zh;q=0, de'), 'en');
  assert.equal(acceptedLanguage(undefined), 'en');
});

test('Chinese texts keep to the house’s words: 你, 账号, 登录, and no empty politeness', () => {
  const files = globSync('{zh-cn,mail,console}/**/*.ts', { cwd: import.meta.dirname }).filter(
    file => !file.endsWith('en.ts'),
  );
  assert.ok(files.length > 5);
  for (const file of files) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    assert.doesNotMatch(text, /您|帐号|帐户|登陆|请稍候|操作失败|系统异常/, file);
  }
});

test('one and many: the word goes by the number', () => {
  const phrases = createPhrases('en');
  assert.equal(phrases.say('notice.seats_low.subject', { left: 1 }), '1 member seat is left');
  assert.equal(phrases.say('notice.seats_low.subject', { left: 2 }), '2 member seats are left');
});
