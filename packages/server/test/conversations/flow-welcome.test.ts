import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { createDirectoryContext } from '../../src/directory/directory.ts';
import { changeWelcomeSettings } from '../../src/directory/welcome/settings.ts';
import { Welcomer } from '../../src/flow/welcome.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { openHouse } from '../flow-fixture/house.ts';

test('MBX-09: new members find the letter at their first sign-in, once; members from before do not', async () => {
  await using house = await openHouse();
  const { clock, tenantId } = house;
  await using database = await openSystemDatabase(place(join(house.folder, 'system.db')), clock);
  const directory = createDirectoryContext({ database, clock });
  const scope = tenantScope(tenantId, 'test');
  let broken = false;
  const makeWelcomer = (): Welcomer =>
    new Welcomer({
      directory,
      acceptor: {
        beginFor(...given) {
          if (broken) throw new Error('no room');
          return house.acceptor.beginFor(...given);
        },
      },
      hostname: 'mail.hongyan.test',
      language: 'zh-CN',
      clock,
      log: silentLog,
    });
  const old = await house.addUser('old@hongyan.test');
  clock.advance(1_000);
  await assert.rejects(changeWelcomeSettings(directory, scope, { on: true, kind: 'own' }), error =>
    isMailError(error, 'input.invalid'),
  );
  await changeWelcomeSettings(directory, scope, {
    on: true,
    kind: 'own',
    subject: 'Hello {name}',
    text: 'At {company}: {address} {unknown}',
  });
  clock.advance(1_000);
  const fresh = await house.addUser('new@hongyan.test');
  const dispatcher = house.start();
  const welcomer = makeWelcomer();
  broken = true;
  await welcomer.signedIn(tenantId, fresh.accountId);
  broken = false;
  await welcomer.signedIn(tenantId, old.accountId);
  await Promise.all([welcomer, makeWelcomer()].map(one => one.signedIn(tenantId, fresh.accountId)));
  await welcomer.signedIn(tenantId, fresh.accountId);
  await dispatcher.settled();
  assert.deepEqual(await house.messages(old.login), []);
  const letters = await house.messages(fresh.login);
  assert.equal(letters.length, 1);
  assert.match(letters[0] ?? '', /^Subject: Hello new\r$/m);
  assert.match(letters[0] ?? '', /At Hongyan: new@hongyan\.test \{unknown\}/);
  assert.match(letters[0] ?? '', /^Auto-Submitted: auto-generated\r$/m);
  await changeWelcomeSettings(directory, scope, { kind: 'guide' });
  const next = await house.addUser('next@hongyan.test');
  await welcomer.signedIn(tenantId, next.accountId);
  await dispatcher.settled();
  assert.equal((await house.messages(next.login)).length, 1);
});
