import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { passwordCredentials, setPassword } from '../../access/passwords.ts';
import { systemScope, tenantScope } from '../../access/scope.ts';
import { appendDelivery } from '../../mailbox/append.ts';
import { Flag } from '../../mailbox/types.ts';
import { isMailError } from '../../platform/errors.ts';
import type { AccountId, TenantId } from '../../platform/ids.ts';
import { installation, readSetting, settingOnce, writeSetting } from '../../store/system/settings.ts';
import type { House } from '../house.ts';
import type { DemoMail } from './compose.ts';
import { type DemoPlan, defaultDemoPlan, generateMails } from './generate.ts';
import { departments, type Person, staffOf } from './people.ts';

export interface DemoFilled {
  readonly people: number;
  readonly departments: number;
  readonly messages: number;
}

export interface DemoOptions {
  readonly domain: string;
  /** Of every person of the company. */
  readonly password: string;
  readonly plan?: DemoPlan;
}

const setting = 'demo.filled';
/** The moment up to which there is mail: the messages follow from it. */
const momentSetting = 'demo.moment';
/** Messages filed at a time: they share the stores' commits. */
const parallel = 64;
/** Messages younger than this may still be unread, ms. */
const freshMs = 4 * 86_400_000;

interface Filing {
  readonly role: 'inbox' | 'sent' | 'junk';
  readonly flags: number;
}

/** How a message lies in somebody's mailbox: what they answered is marked so, a part of the newest is unread. */
function filingFor(mail: DemoMail, person: Person, answered: ReadonlySet<string>, end: number): Filing {
  if (mail.from === person) return { role: 'sent', flags: Flag.Seen };
  if (mail.spam) return { role: 'junk', flags: mail.at % 3 === 0 ? Flag.Seen : 0 };
  const replied = answered.has(`${person.local} ${mail.id}`);
  // Out of the message itself, so that a second run comes to the same.
  const dice = (mail.at + person.local.length * 7_919) % 100;
  const unread = !replied && end - mail.at < freshMs && dice < 70;
  const flags =
    (unread ? 0 : Flag.Seen) | (replied ? Flag.Answered : 0) | (dice % 33 === 5 ? Flag.Flagged : 0);
  return { role: 'inbox', flags };
}

class Filler {
  readonly #house: House;
  readonly #tenantId: TenantId;
  readonly #accounts: ReadonlyMap<string, AccountId>;
  readonly #answered: ReadonlySet<string>;
  readonly #end: number;

  constructor(
    house: House,
    tenantId: TenantId,
    accounts: ReadonlyMap<string, AccountId>,
    mails: readonly DemoMail[],
    end: number,
  ) {
    this.#house = house;
    this.#tenantId = tenantId;
    this.#accounts = accounts;
    this.#end = end;
    this.#answered = new Set(
      mails.flatMap(mail =>
        mail.answers !== null && mail.from ? [`${mail.from.local} ${mail.answers}`] : [],
      ),
    );
  }

  /** Files one message in the mailboxes of its sender and recipients; the body is stored once. */
  async file(mail: DemoMail): Promise<void> {
    const { mailbox } = this.#house;
    await using writer = mailbox.blobs.create(this.#tenantId, mail.bytes.length);
    await writer.write(mail.bytes);
    const blob = await writer.seal();
    const summary = summarise(scanMessage(mail.bytes));
    const people = [...new Set([...(mail.from ? [mail.from] : []), ...mail.recipients])];
    await Promise.all(
      people.map(async person => {
        const accountId = this.#accounts.get(person.local);
        if (person.department === null || accountId === undefined) return;
        const { role, flags } = filingFor(mail, person, this.#answered, this.#end);
        await mailbox.blobs.link(this.#tenantId, accountId, [blob]);
        const scope = systemScope(this.#tenantId, accountId, 'sample company');
        await appendDelivery(
          mailbox,
          scope,
          `demo ${mail.id}`,
          { role },
          {
            blob,
            summary,
            prefix: new Uint8Array(0),
            flags: { bits: flags, keywords: [] },
            receivedAt: mail.at,
          },
        );
      }),
    );
  }
}

async function makePeople(
  house: House,
  tenantId: TenantId,
  staff: readonly Person[],
  options: DemoOptions,
): Promise<Map<string, AccountId>> {
  const { directory, passwords } = house;
  const scope = tenantScope(tenantId, 'sample company');
  const known = new Map((await directory.listUsers(scope)).map(user => [user.address, user.accountId]));
  const accounts = new Map<string, AccountId>();
  for (const person of staff) {
    const address = `${person.local}@${options.domain}`;
    let accountId = known.get(address);
    if (accountId === undefined) {
      const credentials = await passwordCredentials(passwords, options.password);
      const user = await directory.createUser(scope, { address, displayName: person.name, credentials });
      accountId = user.accountId;
    } else {
      await directory.updateUser(scope, accountId, { displayName: person.name });
      await setPassword(passwords, scope, accountId, options.password);
    }
    await house.mailboxes.ensure(tenantId, accountId);
    accounts.set(person.local, accountId);
  }
  return accounts;
}

async function makeGroups(
  house: House,
  tenantId: TenantId,
  staff: readonly Person[],
  domain: string,
): Promise<void> {
  const scope = tenantScope(tenantId, 'sample company');
  const groups = departments.map(({ id, name }) => ({
    address: `${id}@${domain}`,
    displayName: name,
    members: staff.filter(person => person.department === id).map(person => `${person.local}@${domain}`),
  }));
  const all = {
    address: `all@${domain}`,
    displayName: '全体员工',
    members: groups.map(group => group.address),
  };
  for (const group of [...groups, all]) {
    try {
      await house.directory.createGroup(scope, group);
    } catch (error) {
      if (!isMailError(error, 'conflict.exists')) throw error;
    }
  }
}

/**
 * Fills the sample company: twenty people, three departments, their mail of some months. Null when that was done
 * before. Interrupted and run again, it goes on and files nothing twice.
 */
export async function fillDemo(house: House, options: DemoOptions): Promise<DemoFilled | null> {
  const { system, directory, clock } = house;
  const before = await readSetting(system.of(installation), installation, setting);
  if (before === 'done') return null;
  const found = await directory.resolve(`postmaster@${options.domain}`);
  if (found.kind !== 'account') return null;
  // The same moment at every try: the messages follow from it.
  const end = Number(
    await system
      .of(installation)
      .transact(tx => settingOnce(tx, installation, momentSetting, String(clock.now()))),
  );
  const staff = staffOf(options.domain);
  const { tenantId } = found;
  const accounts = await makePeople(house, tenantId, staff, options);
  await makeGroups(house, tenantId, staff, options.domain);
  const mails = generateMails(staff, end, options.plan ?? defaultDemoPlan);
  const filler = new Filler(house, tenantId, accounts, mails, end);
  for (let i = 0; i < mails.length; i += parallel) {
    await Promise.all(mails.slice(i, i + parallel).map(mail => filler.file(mail)));
  }
  await system.of(installation).transact(tx => writeSetting(tx, installation, setting, 'done'));
  return { people: staff.length, departments: departments.length, messages: mails.length };
}
