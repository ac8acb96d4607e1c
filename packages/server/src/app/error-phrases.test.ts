import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPhrases, languages } from '@hongyan/phrases/phrases.ts';
import { errorCatalogue } from '../platform/errors.ts';

test('every error of the catalogue can be said in every language', () => {
  for (const language of languages) {
    const phrases = createPhrases(language);
    const missing = Object.keys(errorCatalogue).filter(code => phrases.find(`error.${code}`) === null);
    assert.deepEqual(missing, [], language);
  }
});
