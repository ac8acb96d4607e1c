import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPhrases, languages } from '@hongyan/phrases/phrases.ts';
import { dnsHosts } from './dns-hosts.ts';
import { tutorial } from './tutorial.ts';
import type { WantedRecord } from './wanted.ts';

const mx: WantedRecord = {
  id: 'mx-1',
  group: 'receive',
  need: 'required',
  name: 'qinghe.test',
  host: '@',
  ttl: 600,
  type: 'MX',
  preference: 5,
  exchange: 'mx1.hongyan.test',
};

test('DOM-09: the steps of every DNS host, in both languages, hold the company’s own values', () => {
  for (const language of languages) {
    for (const host of dnsHosts) {
      const steps = tutorial(
        createPhrases(language),
        host,
        'qinghe.test',
        [mx],
        [{ preference: 10, exchange: 'mx.old.test' }],
      );
      assert.equal(steps.length, 4);
      assert.match(steps[0] ?? '', /qinghe\.test/);
      for (const value of ['MX', '@', 'mx1.hongyan.test', '5', '600']) {
        assert.ok(steps[1]?.includes(value), `${language} ${host} ${value}`);
      }
      assert.match(steps[2] ?? '', /10 mx\.old\.test/);
      assert.doesNotMatch(steps.join(''), /\{[a-z]+\}/);
    }
  }
});
