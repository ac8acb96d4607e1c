import { randomInt } from 'node:crypto';
import { passwordCredentials, setPassword } from '../../access/passwords.ts';
import { tenantScope } from '../../access/scope.ts';
import type { Account, NewUser } from '../../directory/users.ts';
import { installation, readSetting, writeSetting } from '../../store/system/settings.ts';
import type { House } from '../house.ts';

/** Domain of the company that the first start makes (reserved by RFC 6761 §6.2: it leads nowhere else). */
export const sampleDomain = 'hongyan.test';

export interface FirstAccount {
  readonly address: string;
  readonly administrator: boolean;
  readonly password: string;
}

export interface FirstRun {
  readonly domain: string;
  readonly accounts: readonly FirstAccount[];
  /** The password came from the environment and need not be shown. */
  readonly passwordGiven: boolean;
}

const doneSetting = 'setup.first_run';
/** Without letters and digits that look alike. */
const passwordAlphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password that can be read out and typed: four groups of four, 80 bits. */
export function generatePassword(): string {
  const group = (): string =>
    Array.from({ length: 4 }, () => passwordAlphabet.charAt(randomInt(passwordAlphabet.length))).join('');
  return [group(), group(), group(), group()].join('-');
}

const people: readonly NewUser[] = [
  { address: `admin@${sampleDomain}`, displayName: '管理员', role: 'administrator' },
  { address: `alice@${sampleDomain}`, displayName: 'Alice' },
  { address: `bob@${sampleDomain}`, displayName: 'Bob' },
];

/**
 * Makes the sample company in an empty installation; null when there is a company already. What a start that was
 * interrupted left behind is completed, with new passwords, because the old ones were never shown. `common` is one password for all, shown unless it is the given one.
 */
export async function firstRun(
  house: House,
  givenPassword: string | undefined,
  common: string | undefined = givenPassword,
): Promise<FirstRun | null> {
  const { directory, system, passwords } = house;
  const tenants = await directory.listTenants();
  const begun = await readSetting(system.of(installation), installation, doneSetting);
  if (begun === 'done' || (begun === null && tenants.length > 0)) return null;
  const mark = (value: string): Promise<void> =>
    system.of(installation).transact(tx => writeSetting(tx, installation, doneSetting, value));
  // Refused before anything is made.
  if (common) await passwordCredentials(passwords, common);
  await mark('begun');
  const tenant = tenants[0] ?? (await directory.createTenant(sampleDomain));
  const scope = tenantScope(tenant.tenantId, 'first run');
  if (!(await directory.isLocalDomain(sampleDomain))) await directory.addDomain(scope, sampleDomain);
  const present = new Map<string, Account>();
  for (const user of await directory.listUsers(scope)) present.set(user.address, user);
  const accounts: FirstAccount[] = [];
  for (const person of people) {
    const password = common ?? generatePassword();
    const user = present.get(person.address) ?? (await directory.createUser(scope, person));
    await setPassword(passwords, scope, user.accountId, password);
    await house.mailboxes.ensure(tenant.tenantId, user.accountId);
    accounts.push({
      address: person.address,
      administrator: person.role === 'administrator',
      password,
    });
  }
  await mark('done');
  return { domain: sampleDomain, accounts, passwordGiven: givenPassword !== undefined };
}
