import { mkdirSync } from 'node:fs';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { openTestAccounts } from '@hongyan/testkit/stores/databases.ts';
import { type Scope, systemScope } from '../../src/access/scope.ts';
import type { FolderPlan, MailboxContext, Quota } from '../../src/mailbox/context.ts';
import { createAccount } from '../../src/mailbox/create.ts';
import { defaultMailboxLimits, type MailboxLimits } from '../../src/mailbox/limits.ts';
import { listMailboxes } from '../../src/mailbox/list.ts';
import type { MailboxId, NewMessage } from '../../src/mailbox/types.ts';
import { createNotifier } from '../../src/notify/notifier.ts';
import { FakeClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { AccountStoreOptions } from '../../src/store/accounts/account-store.ts';
import type { MovableAccounts } from '../../src/store/accounts/moving/movable-accounts.ts';
import type { PlacementSource } from '../../src/store/accounts/placement.ts';
import type { BlobStore } from '../../src/store/blob-store.ts';
import { assertAccountClean } from '../../src/store/checker/check-account.ts';
import { openFixture, temporaryDirectory } from './spool-fixture.ts';

export const tenantId = 1;

/** The house of one process: accounts and the context of the mailbox room. */
export interface MailboxHouse extends AsyncDisposable {
  readonly ctx: MailboxContext;
  /** Those of `ctx`, with what only moving and saving need. */
  readonly accounts: MovableAccounts;
  readonly clock: FakeClock;
  readonly folder: string;
}

export interface HouseOptions {
  readonly bootId?: string;
  readonly clock?: FakeClock;
  readonly limits?: Partial<MailboxLimits>;
  readonly quota?: Quota;
  /** What the company's plan says of folders. */
  readonly folderPlan?: FolderPlan;
  readonly placement?: PlacementSource;
  /** Where accounts are that `placement` puts into PostgreSQL. */
  readonly postgres?: AccountStoreOptions['postgres'];
  readonly maxOpen?: number;
  readonly idleMs?: number;
  /** Name of the folder of the packs. */
  readonly packs?: string;
}

function makeHouse(folder: string, options: HouseOptions, clock: FakeClock, blobs: BlobStore): MailboxHouse {
  const accounts = openTestAccounts({
    dataFolder: folder,
    bootId: options.bootId ?? 'boot-1',
    clock,
    log: silentLog,
    ...(options.placement ? { placement: options.placement } : {}),
    ...(options.postgres ? { postgres: options.postgres } : {}),
    ...(options.maxOpen === undefined ? {} : { maxOpen: options.maxOpen }),
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
  });
  const notifier = createNotifier({ clock, log: silentLog });
  const quota = options.quota ?? { limitBytes: null, limitCount: null };
  const folderPlan = options.folderPlan ?? { folders: null, folderLevels: null };
  const quotas = { quota: () => quota, folderPlan: async () => folderPlan };
  const limits = { ...defaultMailboxLimits, ...options.limits };
  return {
    ctx: { accounts, blobs, notifier, quotas, clock, log: silentLog, limits },
    accounts,
    clock,
    folder,
    async [Symbol.asyncDispose](): Promise<void> {
      notifier[Symbol.dispose]();
      await accounts[Symbol.asyncDispose]();
    },
  };
}

/** Opens the data in `folder` as one process of the server does, with a blob store. */
export async function openHouse(folder: string, options: HouseOptions = {}): Promise<MailboxHouse> {
  const clock = options.clock ?? new FakeClock();
  mkdirSync(folder, { recursive: true });
  const spool = await openFixture(folder, {
    clock,
    ...(options.packs === undefined ? {} : { directoryOfPacks: options.packs }),
  });
  const house = makeHouse(folder, options, clock, spool.blobs);
  return {
    ...house,
    async [Symbol.asyncDispose](): Promise<void> {
      await house[Symbol.asyncDispose]();
      await spool[Symbol.asyncDispose]();
    },
  };
}

const nothing = async (): Promise<void> => undefined;
const missing = (): never => {
  throw new Error('this house has no bodies');
};

/** A blob store without bodies. */
const noBodies: BlobStore = {
  create: missing,
  read: async () => missing(),
  readTogether: async () => missing(),
  readRange: async () => missing(),
  stream: missing,
  link: nothing,
  release: nothing,
  lease: nothing,
  endLease: nothing,
  [Symbol.asyncDispose]: nothing,
};

/** As `openHouse`, for work that never opens a body: messages come from `bareMessage`. */
export function openBareHouse(folder: string, options: HouseOptions = {}): MailboxHouse {
  return makeHouse(folder, options, options.clock ?? new FakeClock(), noBodies);
}

/** Account `accountId` with INBOX (1), 已发送 (2), 草稿箱 (3) and 已删除 (4). */
export async function makeAccount(house: MailboxHouse, accountId = 7): Promise<Scope> {
  const scope = systemScope(tenantId, accountId, 'test');
  await createAccount(house.ctx, scope, [
    { role: 'sent', name: '已发送' },
    { role: 'drafts', name: '草稿箱' },
    { role: 'trash', name: '已删除' },
  ]);
  return scope;
}

/** Runs with a bare house and an account in a folder that goes away; at the end the checker has to find nothing. */
export async function withAccount(
  run: (house: MailboxHouse, scope: Scope) => Promise<void>,
  options: HouseOptions = {},
): Promise<void> {
  using folder = temporaryDirectory();
  await using house = openBareHouse(folder.path, options);
  const scope = await makeAccount(house);
  await run(house, scope);
  await assertAccountClean(house.ctx.accounts, scope);
}

/** As `withAccount`, with a blob store whose bodies are checked too. */
export async function withBodies(
  run: (house: MailboxHouse, scope: Scope) => Promise<void>,
  options: HouseOptions = {},
): Promise<void> {
  using folder = temporaryDirectory();
  await using house = await openHouse(folder.path, options);
  const scope = await makeAccount(house);
  await run(house, scope);
  await assertClean(house, scope);
}

/** The checker, bodies included. */
export async function assertClean(house: MailboxHouse, scope: Scope): Promise<void> {
  await assertAccountClean(house.ctx.accounts, scope, {
    pages: true,
    blobExists: async hash => {
      await house.ctx.blobs.readRange(scope.tenantId, hash, 0, 1);
      return true;
    },
  });
}

export interface MessageOptions {
  readonly bits?: number;
  readonly keywords?: readonly string[];
  readonly receivedAt?: number;
  readonly prefix?: string;
}

/** Stores `text` as a body (LF becomes CRLF) and makes a message of it that can be filed. */
export async function message(
  house: MailboxHouse,
  text: string,
  options: MessageOptions = {},
): Promise<NewMessage> {
  const body = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'));
  await using writer = house.ctx.blobs.create(tenantId, body.length);
  await writer.write(body);
  const blob = await writer.seal();
  // The room links it to the account as well; without this the body would go with the writer.
  await house.ctx.blobs.lease(tenantId, blob, 'test', house.clock.now() + 3_600_000);
  return {
    blob,
    summary: summarise(scanMessage(body)),
    prefix: Buffer.from(options.prefix ?? ''),
    flags: { bits: options.bits ?? 0, keywords: options.keywords ?? [] },
    receivedAt: options.receivedAt ?? house.clock.now(),
  };
}

/** A short mail. */
export function mail(subject: string, more = '', body = 'Hello.'): string {
  return `From: Li Lei <lilei@example.cn>\nTo: hanmeimei@example.cn\nSubject: ${subject}\n${more}\n${body}\n`;
}

/** A message without a body in the store: for work that never opens one. */
export function bareMessage(seed: number, options: MessageOptions = {}): NewMessage {
  const hash = Buffer.alloc(32);
  hash.writeUInt32BE(seed);
  hash.writeUInt32BE(seed ^ 0x5bd1_e995, 4);
  const body = Buffer.from(
    mail(`message ${seed}`, `Message-ID: <${seed}@example.cn>\n`).replaceAll('\n', '\r\n'),
  );
  return {
    blob: { hash, size: body.length },
    summary: summarise(scanMessage(body)),
    prefix: Buffer.from(options.prefix ?? ''),
    flags: { bits: options.bits ?? 0, keywords: options.keywords ?? [] },
    receivedAt: options.receivedAt ?? Date.UTC(2026, 0, 1) + seed * 1000,
  };
}

/** Id of the mailbox at a path. */
export async function idOf(ctx: MailboxContext, scope: Scope, ...path: string[]): Promise<MailboxId> {
  const found = (await listMailboxes(ctx, scope)).find(mailbox => mailbox.path.join('/') === path.join('/'));
  if (!found) throw new Error(`no mailbox ${path.join('/')}`);
  return found.id;
}
