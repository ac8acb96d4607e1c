import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanMessage } from '@hongyan/formats/message/scan.ts';
import { summarise } from '@hongyan/formats/message/summary.ts';
import { ownScope, type Scope } from '@hongyan/server/access/scope.ts';
import { appendMessages } from '@hongyan/server/mailbox/append.ts';
import type { FolderPlan, MailboxContext, Quota } from '@hongyan/server/mailbox/context.ts';
import { createAccount } from '@hongyan/server/mailbox/create.ts';
import { defaultMailboxLimits, type MailboxLimits } from '@hongyan/server/mailbox/limits.ts';
import { getMailbox } from '@hongyan/server/mailbox/list.ts';
import { createNotifier } from '@hongyan/server/notify/notifier.ts';
import { type Clock, systemClock } from '@hongyan/server/platform/clock.ts';
import { nodeFiles } from '@hongyan/server/platform/files/node-files.ts';
import { type Log, silentLog } from '@hongyan/server/platform/log.ts';
import { masterKey } from '@hongyan/server/platform/secrets/master-key.ts';
import type { ImapSessionLimits } from '@hongyan/server/protocols/imap/limits.ts';
import { createImapServer, type ImapServer } from '@hongyan/server/protocols/imap/server.ts';
import { removeVanished } from '@hongyan/server/store/accounts/vanished-rows.ts';
import { openSpool } from '@hongyan/server/store/spool/open-spool.ts';
import { FakeAuthenticator } from './fake-authenticator.ts';
import { type FakeAccount, fakeNeighbours } from './fakes/neighbours.ts';
import { ImapClient } from './imap-client.ts';
import { testCertificates } from './smtp-fixture.ts';
import { openBare, openTestAccounts } from './stores/databases.ts';
import { runTranscript, type TranscriptOptions } from './transcript.ts';

export interface ImapFixtureOptions {
  readonly tls?: boolean;
  readonly implicitTls?: boolean;
  readonly allowPlainLoopback?: boolean;
  readonly limits?: Partial<ImapSessionLimits>;
  readonly mailboxLimits?: Partial<MailboxLimits>;
  /** What the company's plan says of folders. */
  readonly folderPlan?: FolderPlan;
  readonly quota?: Quota;
  readonly log?: Log;
  /** Bearer tokens and whose they are. */
  readonly tokens?: Readonly<Record<string, string>>;
  /** bob, carol, the shared mailbox `Sales` and eve of another company have mailboxes, too. */
  readonly company?: boolean;
  /** Time as the server's sessions see it; the stores keep the machine's. */
  readonly clock?: Clock;
}

export const imapLogin = 'alice@example.test';
export const imapPassword = 'wonderland';

const user = { read: true, write: true, send: true, administer: false };
/** alice's colleagues, a mailbox that several of them use, and somebody of another company. */
const company: readonly FakeAccount[] = [
  { tenantId: 1, accountId: 1, address: imapLogin },
  { tenantId: 1, accountId: 2, address: 'bob@example.test' },
  { tenantId: 1, accountId: 3, address: 'carol@example.test' },
  {
    tenantId: 1,
    accountId: 4,
    address: 'sales@example.test',
    displayName: 'Sales',
    users: { [imapLogin]: user, 'carol@example.test': { ...user, write: false, send: false } },
  },
  { tenantId: 2, accountId: 5, address: 'eve@elsewhere.test' },
];

/** A real IMAP server on loopback over real stores in a temporary folder. alice@example.test has INBOX, Sent and Trash. */
export interface ImapFixture extends AsyncDisposable {
  readonly server: ImapServer;
  readonly authenticator: FakeAuthenticator;
  readonly port: number;
  readonly folder: string;
  readonly mail: MailboxContext;
  readonly scope: Scope;
  /** A client that has signed in, as alice unless said otherwise. */
  client(login?: string): Promise<ImapClient>;
  /** Files messages as a delivery would, `prefix` being the header lines it adds, and tells sessions. */
  deliver(messages: readonly string[], mailbox?: string, prefix?: string): Promise<number[]>;
  /** Plays a transcript; each session that it opens is on this server. */
  play(text: string, options?: Partial<TranscriptOptions>): Promise<Record<string, string>>;
}

export async function startImapFixture(options: ImapFixtureOptions = {}): Promise<ImapFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-imap-'));
  const clock = systemClock;
  const log = options.log ?? silentLog;
  const database = await openBare(join(folder, 'spool.db'));
  const spool = await openSpool({
    database,
    directory: join(folder, 'packs'),
    files: nodeFiles,
    master: masterKey(Buffer.alloc(32, 7)),
    clock,
    log,
  });
  const accounts = openTestAccounts({ dataFolder: folder, bootId: 'test', clock, log });
  const notifier = createNotifier({ clock, log });
  const mail: MailboxContext = {
    accounts,
    blobs: spool.blobs,
    notifier,
    quotas: {
      quota: () => options.quota ?? { limitBytes: null, limitCount: null },
      folderPlan: async () => options.folderPlan ?? { folders: null, folderLevels: null },
    },
    clock,
    log,
    limits: { ...defaultMailboxLimits, ...options.mailboxLimits },
    neighbours: fakeNeighbours(company),
  };
  const scope = ownScope({ kind: 'account', tenantId: 1, accountId: 1, login: imapLogin });
  await createAccount(mail, scope, [
    { role: 'sent', name: 'Sent' },
    { role: 'trash', name: 'Trash' },
  ]);
  if (options.company === true) {
    for (const { tenantId, accountId, address } of company.slice(1)) {
      const owner = ownScope({ kind: 'account', tenantId, accountId, login: address });
      await createAccount(mail, owner, [{ role: 'trash', name: 'Trash' }]);
    }
  }
  const authenticator = new FakeAuthenticator(
    Object.fromEntries(company.map(({ address }) => [address, imapPassword])),
    Object.fromEntries(company.map(account => [account.address, account])),
    options.tokens ?? null,
  );
  const server = await createImapServer({
    host: '127.0.0.1',
    port: 0,
    tlsMode: options.implicitTls === true ? 'implicit' : 'starttls',
    tls: options.tls === true || options.implicitTls === true ? await testCertificates() : null,
    allowPlainLoopback: options.allowPlainLoopback ?? true,
    mail,
    authenticator,
    limits: { signInDelayMs: 1, ...options.limits },
    clock: options.clock ?? clock,
    log,
  });
  const { port } = server.address();
  const tls = options.implicitTls === true;
  return {
    server,
    authenticator,
    port,
    folder,
    mail,
    scope,
    async client(login = imapLogin) {
      const client = await ImapClient.connect(port, tls);
      await client.ok(`LOGIN ${login} ${imapPassword}`);
      return client;
    },
    async deliver(messages, mailbox = 'INBOX', prefix = '') {
      const target = await getMailbox(mail, scope, mailbox.split('/'));
      if (target === null) throw new Error(`no mailbox ${mailbox}`);
      const uids: number[] = [];
      for (const message of messages) {
        const bytes = Buffer.from(message);
        await using writer = mail.blobs.create(1, bytes.length);
        await writer.write(bytes);
        const blob = await writer.seal();
        const filed = await appendMessages(mail, scope, target.id, [
          {
            blob,
            summary: summarise(scanMessage(bytes)),
            prefix: Buffer.from(prefix),
            flags: { bits: 0, keywords: [] },
            receivedAt: Date.UTC(2026, 1, 3, 4, 5, 6),
          },
        ]);
        uids.push(...filed.uids);
      }
      return uids;
    },
    play: (text, more = {}) => runTranscript(text, { connect: { port, tls }, ...more }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      notifier[Symbol.dispose]();
      await accounts[Symbol.asyncDispose]();
      await spool[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One conversation: a name that says which behaviour of which RFC it proves, and the transcript. */
export interface ImapConversation extends ImapFixtureOptions {
  readonly name: string;
  /** Messages that lie in INBOX at the start. */
  readonly inbox?: readonly string[];
  /** Sign in and select INBOX (in session `main`) before the transcript begins. */
  readonly selected?: boolean;
  /** Sign in before the transcript begins. */
  readonly signedIn?: boolean;
  readonly text: string;
}

const signIn = `S: * OK ...
C: l1 LOGIN ${imapLogin} ${imapPassword}
S: l1 OK ...
`;
const selectInbox = `C: l2 SELECT INBOX
S> l2 OK ...
`;

/** Raises the floor of the account to now: what vanished before is no longer known. */
export async function forgetVanished({ mail, scope }: ImapFixture): Promise<void> {
  await mail.accounts.transact(scope, async tx => {
    const { modseq } = tx.state;
    await removeVanished(tx, modseq);
    tx.prunedTo(modseq, mail.clock.now());
  });
}

/** Plays one conversation on a server of its own. `! deliver text` files a message in INBOX, `! forget` drops tombstones. */
export async function playConversation(conversation: ImapConversation): Promise<void> {
  await using imap = await startImapFixture(conversation);
  if (conversation.inbox !== undefined) await imap.deliver(conversation.inbox);
  const opening = conversation.selected ? signIn + selectInbox : conversation.signedIn ? signIn : '';
  await imap.play(opening + conversation.text, {
    hooks: {
      deliver: async text => {
        await imap.deliver([`Subject: ${text}\r\n\r\n${text}\r\n`]);
      },
      forget: () => forgetVanished(imap),
    },
  });
}
