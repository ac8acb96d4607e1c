import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { place } from '@hongyan/testkit/stores/databases.ts';
import { housePassword, openWebHouse } from '@hongyan/testkit/web-house.ts';
import { credentialHolds } from '../../src/access/credential-holds.ts';
import { tenantScope } from '../../src/access/scope.ts';
import { requireMailService, setMailService } from '../../src/directory/company/mail-service.ts';
import { createDirectoryContext } from '../../src/directory/directory.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { openSystemDatabase } from '../../src/store/system/open.ts';
import { openHouse } from '../flow-fixture/house.ts';

const refused = (work: Promise<unknown>): Promise<void> =>
  assert.rejects(work, error => isMailError(error, 'service.stopped'));

test('TEN-38: stopped, nobody signs in to mail and mail is refused for now; the administrator starts it again', async () => {
  await using house = await openWebHouse();
  const { authenticator } = house.context;
  const sign = (login: string, service: 'imap' | 'pop3' | 'smtp' | 'sieve' | 'web'): Promise<unknown> =>
    authenticator.password(login, housePassword, { service, address: '192.0.2.1', encrypted: true });
  const bob = await authenticator.password('bob@hongyan.test', housePassword, {
    service: 'imap',
    address: '192.0.2.1',
    encrypted: true,
  });
  await setMailService(house.directoryContext, house.tenant, false);
  for (const service of ['imap', 'pop3', 'smtp', 'sieve', 'web'] as const) {
    await refused(sign('bob@hongyan.test', service));
  }
  await refused(sign('alice@hongyan.test', 'imap'));
  // Administrators reach the console, where it is started again, but no mail.
  await sign('alice@hongyan.test', 'web');
  await refused(requireMailService(house.directoryContext, house.tenant.tenantId));
  // What is open is closed.
  assert.equal(await credentialHolds(house.database, bob, 'imap'), false);
  const found = await house.directory.resolve('bob@hongyan.test');
  assert.equal(found.kind === 'account' && found.stopped, true);
  // A wrong password is told nothing.
  await assert.rejects(
    authenticator.password('bob@hongyan.test', 'wrong password', {
      service: 'imap',
      address: '192.0.2.1',
      encrypted: true,
    }),
    error => isMailError(error, 'auth.failed'),
  );
  await setMailService(house.directoryContext, house.tenant, true);
  await sign('bob@hongyan.test', 'imap');
  assert.equal(await credentialHolds(house.database, bob, 'imap'), true);
});

test('TEN-38: mail from outside is refused with a temporary code, for members, groups and unknown names alike', async () => {
  await using house = await openHouse();
  await house.addUser('bob@hongyan.test');
  const scope = tenantScope(house.tenantId, 'test');
  await house.directory.createGroup(scope, { address: 'all@hongyan.test', members: ['bob@hongyan.test'] });
  house.start();
  await using database = await openSystemDatabase(place(join(house.folder, 'system.db')), house.clock);
  const directory = createDirectoryContext({ database, clock: house.clock });
  await setMailService(directory, scope, false);
  house.clock.advance(1_000);
  for (const address of ['bob@hongyan.test', 'all@hongyan.test', 'nobody@hongyan.test']) {
    await assert.rejects(
      house.receive('a@outside.test', [address], 'Subject: x\r\n\r\n'),
      error => isMailError(error, 'service.stopped') && error.temporary,
    );
  }
  await setMailService(directory, scope, true);
  house.clock.advance(1_000);
  await house.receive('a@outside.test', ['bob@hongyan.test'], 'Subject: x\r\n\r\n');
});
