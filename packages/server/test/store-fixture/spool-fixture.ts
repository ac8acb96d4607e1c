import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBare } from '@hongyan/testkit/stores/databases.ts';
import { type FakeS3, fakeS3Credentials } from '@hongyan/testkit/stores/fake-s3.ts';
import { FakeClock, systemClock } from '../../src/platform/clock.ts';
import type { Files } from '../../src/platform/files/files.ts';
import { nodeFiles } from '../../src/platform/files/node-files.ts';
import { type Log, silentLog } from '../../src/platform/log.ts';
import { type MasterKey, masterKey } from '../../src/platform/secrets/master-key.ts';
import type { BlobRef, BlobStore } from '../../src/store/blob-store.ts';
import type { ObjectOptions } from '../../src/store/blobs/objects/object-options.ts';
import type { PackOptions } from '../../src/store/blobs/pack-options.ts';
import { S3Client } from '../../src/store/engines/s3/client.ts';
import { type OpenSpool, type OpenSpoolContext, openSpool } from '../../src/store/spool/open-spool.ts';
import type { SpoolOptions } from '../../src/store/spool/spool.ts';
import type { NewRecipient, NewSpoolMessage } from '../../src/store/spool/types.ts';
import type { SqlDatabase } from '../../src/store/sql/port.ts';

/** The key of all stores in tests. */
export const testMaster: MasterKey = masterKey(Buffer.alloc(32, 7));

export interface SpoolFixture extends OpenSpool {
  readonly database: SqlDatabase;
  readonly directory: string;
  readonly clock: FakeClock;
}

export interface FixtureOptions {
  readonly files?: Files;
  readonly clock?: FakeClock;
  readonly log?: Log;
  readonly packs?: PackOptions;
  readonly spool?: SpoolOptions;
  /** Name of the folder of the packs. */
  readonly directoryOfPacks?: string;
  /** Keeps packs there instead of in the folder. */
  readonly s3?: FakeS3;
  readonly objects?: Partial<ObjectOptions>;
}

/** A directory that goes away at the end. */
export function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'hongyan-store-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A bucket of a store in memory, as a spool takes it. */
export function bucketOf(
  fake: FakeS3,
  options: Partial<ObjectOptions> = {},
): NonNullable<OpenSpoolContext['objects']> {
  const client = new S3Client({
    endpoint: fake.endpoint,
    region: 'us-east-1',
    bucket: fake.bucket,
    pathStyle: true,
    credentials: fakeS3Credentials,
    ca: null,
    timeoutMs: 2_000,
    attempts: 2,
    connections: 8,
    clock: systemClock,
    log: silentLog,
  });
  return { client, options: { prefix: 'test/', mostKeptBytes: 64 * 1024 * 1024, ...options } };
}

/** Opens spool.db and its blob store in a directory, as one process of the server does. */
export async function openFixture(directory: string, options: FixtureOptions = {}): Promise<SpoolFixture> {
  const clock = options.clock ?? new FakeClock();
  const database = await openBare(join(directory, 'spool.db'));
  const opened = await openSpool({
    database,
    directory: join(directory, options.directoryOfPacks ?? 'packs'),
    files: options.files ?? nodeFiles,
    master: testMaster,
    clock,
    log: options.log ?? silentLog,
    ...(options.packs ? { packs: options.packs } : {}),
    ...(options.s3 ? { objects: bucketOf(options.s3, options.objects) } : {}),
    ...(options.spool ? { spool: options.spool } : {}),
  });
  return {
    ...opened,
    database,
    directory,
    clock,
    async [Symbol.asyncDispose](): Promise<void> {
      await opened[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Stores a body and links it to an account. */
export async function storeBody(
  blobs: BlobStore,
  tenantId: number,
  accountId: number,
  body: Uint8Array,
  chunkBytes = 65_536,
): Promise<BlobRef> {
  await using writer = blobs.create(tenantId);
  for (let at = 0; at < body.length; at += chunkBytes) await writer.write(body.subarray(at, at + chunkBytes));
  const ref = await writer.seal();
  await blobs.link(tenantId, accountId, [ref]);
  return ref;
}

export function localRecipient(accountId: number, more: Partial<NewRecipient> = {}): NewRecipient {
  const address = `a${accountId}@hongyan.test`;
  return { kind: 'local', accountId, destination: address, address, ...more };
}

export function relayRecipient(address: string, more: Partial<NewRecipient> = {}): NewRecipient {
  const destination = address.slice(address.indexOf('@') + 1);
  return { kind: 'relay', accountId: null, destination, address, ...more };
}

export function newMessage(
  queueId: string,
  blob: BlobRef,
  recipients: readonly NewRecipient[],
  more: Partial<NewSpoolMessage> = {},
): NewSpoolMessage {
  return {
    queueId,
    tenantId: 1,
    blob,
    reversePath: 'sender@example.org',
    options: { smtputf8: true },
    origin: { kind: 'mx' },
    prefix: Buffer.from('Received: by test\r\n'),
    summary: Buffer.from([1, 2, 3]),
    expiresAt: Date.UTC(2026, 0, 6),
    recipients,
    ...more,
  };
}

/** Bytes that compress like text, different for each seed. */
export function textBody(seed: number, size: number): Buffer {
  const words = [
    '会议',
    'minutes',
    '附件',
    'report',
    'tomorrow',
    '\r\n',
    '鸿雁',
    'quarter',
    'please',
    '客户',
  ];
  let text = `Subject: ${seed}\r\n\r\n`;
  let state = seed + 1;
  while (text.length < size) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += `${words[state % words.length] ?? ''} ${state % 97} `;
  }
  return Buffer.from(text).subarray(0, size);
}
