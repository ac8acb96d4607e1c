import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uploadCertificate } from '../../src/domains/certificates/store.ts';
import { HostPages } from '../../src/domains/pages.ts';
import { changeFilingRule, decideDomain } from '../../src/domains/status.ts';
import { addTrialDomain } from '../../src/domains/trial.ts';
import { isMailError } from '../../src/platform/errors.ts';
import { silentLog } from '../../src/platform/log.ts';
import { makeSelfSigned } from '../../src/platform/tls/self-signed.ts';
import { openDomainsHouse } from '../domains-fixture/house.ts';

test('DOM-16: where a filing is needed, host names of a domain are refused until it is filed; only the provider says so', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  const { cert, key } = await makeSelfSigned({ names: ['mail.qinghe.test'], now: house.clock.now() });
  const certificates = {
    database: house.domains.directory.database,
    clock: house.clock,
    log: silentLog,
    wrapping: Buffer.alloc(32, 9),
  };
  const upload = () => uploadCertificate(certificates, scope, cert, key);
  await upload();
  await changeFilingRule(house.domains, scope, true);
  await assert.rejects(upload(), error => isMailError(error, 'domain.not_filed'));
  const principal = {
    kind: 'account',
    tenantId: scope.tenantId,
    accountId: 1,
    login: 'a@qinghe.test',
  } as const;
  await assert.rejects(changeFilingRule(house.domains, { ...scope, principal }, false), error =>
    isMailError(error, 'access.denied'),
  );
  await decideDomain(house.domains, scope, 'qinghe.test', { icpFiled: true });
  await upload();
});

test('DOM-16: pages at a company’s own hosts wait for the filing, at the service’s own host never', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  await house.directory.addDomain(scope, 'qinghe.test');
  const pages = new HostPages(house.domains);
  const service = await house.domains.serviceHost();
  const waiting = async (): Promise<(string | null)[]> => {
    house.clock.advance(30_000);
    const hosts = ['mail.qinghe.test', 'QINGHE.test:8443', service, 'elsewhere.test', '127.0.0.1:8080', ''];
    return Promise.all(hosts.map(host => pages.waitsFor(host)));
  };
  const open = [null, null, null, null, null, null];
  assert.deepEqual(await waiting(), open);
  await changeFilingRule(house.domains, scope, true);
  assert.deepEqual(await waiting(), ['qinghe.test', 'qinghe.test', null, null, null, null]);
  await decideDomain(house.domains, scope, 'qinghe.test', { icpFiled: true });
  assert.equal(await pages.waitsFor('mail.qinghe.test'), 'qinghe.test', 'remembered for half a minute');
  assert.deepEqual(await waiting(), open);
});

test('DOM-01, DOM-16: a trial domain waits for no filing: its zone is the provider’s, which is filed', async () => {
  await using house = await openDomainsHouse();
  const scope = await house.tenant('青禾');
  const { name } = await addTrialDomain(house.domains, scope);
  await changeFilingRule(house.domains, scope, true);
  const pages = new HostPages(house.domains);
  assert.equal(await pages.waitsFor(name), null);
  await house.directory.addDomain(scope, 'qinghe.test');
  assert.equal(await pages.waitsFor('mail.qinghe.test'), 'qinghe.test', 'the same company’s own domain does');
});
