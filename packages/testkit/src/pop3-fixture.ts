import { join } from 'node:path';
import type { MailboxContext } from '@hongyan/server/mailbox/context.ts';
import { defaultLeaseMs } from '@hongyan/server/mailbox/maildrop/lease.ts';
import type { MaildropContext } from '@hongyan/server/mailbox/maildrop/maildrop.ts';
import { changeMaildropSettings, type MaildropSettings } from '@hongyan/server/mailbox/maildrop/settings.ts';
import { type Clock, systemClock } from '@hongyan/server/platform/clock.ts';
import { type Log, silentLog } from '@hongyan/server/platform/log.ts';
import type { ConnectionLimiter } from '@hongyan/server/platform/net/connection-limiter.ts';
import type { Pop3Limits } from '@hongyan/server/protocols/pop3/limits.ts';
import {
  createPop3Server,
  type Pop3Server,
  type Pop3ServerOptions,
} from '@hongyan/server/protocols/pop3/server.ts';
import { openSystemDatabase } from '@hongyan/server/store/system/open.ts';
import { type ImapFixture, imapLogin, imapPassword, startImapFixture } from './imap-fixture.ts';
import { Pop3Client } from './pop3-client.ts';
import { testCertificates } from './smtp-fixture.ts';
import { place } from './stores/databases.ts';
import { runTranscript, type TranscriptOptions } from './transcript.ts';

export interface Pop3FixtureOptions {
  readonly tls?: boolean;
  readonly implicitTls?: boolean;
  readonly allowPlainLoopback?: boolean;
  readonly limits?: Partial<Pop3Limits>;
  readonly limiter?: ConnectionLimiter;
  /** What accounts that set nothing have; all messages, if not said. */
  readonly defaults?: Partial<MaildropSettings>;
  /** Time as sessions and maildrops see it; the stores keep the machine's. */
  readonly clock?: Clock;
  readonly leaseMs?: number;
  readonly language?: NonNullable<Pop3ServerOptions['language']>;
  readonly log?: Log;
}

export const pop3Login: string = imapLogin;
export const pop3Password: string = imapPassword;

/** A real POP3 server named mail.test on loopback, beside the IMAP server of `imap`, over the same stores. */
export interface Pop3Fixture extends AsyncDisposable {
  readonly server: Pop3Server;
  readonly imap: ImapFixture;
  readonly maildrops: MaildropContext;
  readonly port: number;
  /** A client that has signed in as alice@example.test. */
  client(): Promise<Pop3Client>;
  set(change: Partial<MaildropSettings>): Promise<void>;
  /** Another server over the same stores with its own handle on `system.db`, as another process of the group has it; `mail` for stores that misbehave. */
  another(mail?: MailboxContext): Promise<Pop3Server>;
  play(text: string, options?: Partial<TranscriptOptions>): Promise<Record<string, string>>;
}

export async function startPop3Fixture(options: Pop3FixtureOptions = {}): Promise<Pop3Fixture> {
  const imap = await startImapFixture();
  const { clock = systemClock, log = silentLog } = options;
  const database = await openSystemDatabase(place(join(imap.folder, 'system.db')), systemClock);
  const maildrops: MaildropContext = {
    mail: imap.mail,
    database,
    defaults: { rangeDays: null, keepDeleted: false, ...options.defaults },
    clock,
    log,
    leaseMs: options.leaseMs ?? defaultLeaseMs,
  };
  const implicit = options.implicitTls === true;
  const tls = options.tls === true || implicit ? await testCertificates() : null;
  const opened = new AsyncDisposableStack();
  const start = (drops: MaildropContext): Promise<Pop3Server> =>
    createPop3Server({
      hostName: 'mail.test',
      host: '127.0.0.1',
      port: 0,
      tlsMode: implicit ? 'implicit' : 'stls',
      tls,
      allowPlainLoopback: options.allowPlainLoopback ?? true,
      maildrops: drops,
      authenticator: imap.authenticator,
      limits: { signInDelayMs: 1, ...options.limits },
      ...(options.limiter !== undefined && { limiter: options.limiter }),
      ...(options.language !== undefined && { language: options.language }),
      clock,
      log,
    });
  const server = await start(maildrops);
  const { port } = server.address();
  return {
    server,
    imap,
    maildrops,
    port,
    async another(mail = imap.mail) {
      const own = opened.use(await openSystemDatabase(place(join(imap.folder, 'system.db')), systemClock));
      return opened.use(await start({ ...maildrops, mail, database: own }));
    },
    set: change => changeMaildropSettings(database, imap.scope, change),
    async client() {
      const client = await Pop3Client.connect({ port, tls: implicit });
      await client.signIn(pop3Login, pop3Password);
      return client;
    },
    play: (text, more = {}) => runTranscript(text, { connect: { port, tls: implicit }, ...more }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await opened.disposeAsync();
      await database[Symbol.asyncDispose]();
      await imap[Symbol.asyncDispose]();
    },
  };
}

/** One conversation: a name that says which behaviour of which RFC it proves, and the transcript. */
export interface Pop3Conversation extends Pop3FixtureOptions {
  readonly name: string;
  /** Messages that lie in INBOX at the start. */
  readonly inbox?: readonly string[];
  /** Sign in before the transcript begins. */
  readonly signedIn?: boolean;
  readonly text: string;
}

const signIn = `S: +OK ...
C: USER ${pop3Login}
S: +OK ...
C: PASS ${pop3Password}
S: +OK ...
`;

/** Plays one conversation on a server of its own. `! deliver text` files a message, `! expunge uid` removes one. */
export async function playConversation(conversation: Pop3Conversation): Promise<void> {
  await using pop3 = await startPop3Fixture(conversation);
  if (conversation.inbox !== undefined) await pop3.imap.deliver(conversation.inbox);
  await pop3.play((conversation.signedIn === true ? signIn : '') + conversation.text, {
    hooks: {
      deliver: async text => {
        await pop3.imap.deliver([`Subject: ${text}\r\n\r\n${text}\r\n`]);
      },
      expunge: async uid => {
        await using client = await pop3.imap.client();
        await client.ok('SELECT INBOX');
        await client.ok(`UID STORE ${uid} +FLAGS (\\Deleted)`);
        await client.ok('EXPUNGE');
      },
    },
  });
}
