import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetVanished, startImapFixture } from '@hongyan/testkit/imap-fixture.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { Cache, random, sorted, step, truth } from '../imap-fixture/caching-client.ts';

const watched = 'MessageNew (UID FLAGS MODSEQ) MessageExpunge FlagChange';
const others = 'MessageNew MessageExpunge FlagChange MailboxName';

for (const { seed, forgetful } of [
  { seed: 1, forgetful: false },
  { seed: 2, forgetful: false },
  { seed: 3, forgetful: true },
]) {
  const below = forgetful ? 'below the floor too' : 'from tombstones';
  test(`after random commands of 8 clients, what QRESYNC makes of each cache is what a fresh SELECT shows (RFC 7162 §3.2), ${below}, seed ${seed}`, async () => {
    await using imap = await startImapFixture();
    const letter = (name: string): string => `Subject: ${name}\r\n\r\n${name}\r\n`;
    await imap.deliver(Array.from({ length: 40 }, (_, index) => letter(`first ${index}`)));
    const caches = await Promise.all(Array.from({ length: 8 }, async () => new Cache(await imap.client())));
    for (const [index, cache] of caches.entries()) {
      await cache.select();
      // Some hear of everything between their commands as well (RFC 5465), but never lose a number there.
      if (index % 3 === 0)
        await cache.client.ok(`NOTIFY SET (selected-delayed (${watched})) (personal (${others}))`);
    }
    const delivery = (async () => {
      for (let at = 0; at < 40; at++) await imap.deliver([letter(`later ${at}`)]);
    })();
    await Promise.all(
      caches.map(async (cache, index) => {
        const next = random(seed * 100 + index);
        // Each one stops at another moment and is away while the others go on.
        for (let at = 0; at < 15 + index * 6; at++) await step(cache, next);
        await cache.client[Symbol.asyncDispose]();
      }),
    );
    await delivery;
    if (forgetful) await forgetVanished(imap);
    await using fresh = await imap.client();
    const expected = sorted(await truth(fresh));
    assert.ok(expected.length > 0);
    for (const [index, away] of caches.entries()) {
      const back = new Cache(await imap.client());
      back.validity = away.validity;
      back.noted = away.noted;
      for (const [uid, flags] of away.flags) back.flags.set(uid, flags);
      await back.select();
      assert.deepEqual(sorted(back.flags), expected, `client ${index}`);
      await back.client[Symbol.asyncDispose]();
    }
    await assertAccountClean(imap.mail.accounts, imap.scope);
  });
}
