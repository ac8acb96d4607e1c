import { systemClock } from '@hongyan/server/platform/clock.ts';
import { silentLog } from '@hongyan/server/platform/log.ts';
import type { ManageSieveLimits } from '@hongyan/server/protocols/managesieve/limits.ts';
import {
  createManageSieveServer,
  type ManageSieveServer,
} from '@hongyan/server/protocols/managesieve/server.ts';
import { defaultScriptLimits, type ScriptContext, type ScriptLimits } from '@hongyan/server/sieve/context.ts';
import { type ImapFixture, imapLogin, imapPassword, startImapFixture } from './imap-fixture.ts';
import { testCertificates } from './smtp-fixture.ts';
import { runTranscript, type TranscriptOptions } from './transcript.ts';

export interface ManageSieveFixtureOptions {
  readonly tls?: boolean;
  readonly allowPlainLoopback?: boolean;
  readonly limits?: Partial<ManageSieveLimits>;
  readonly scriptLimits?: Partial<ScriptLimits>;
  readonly language?: 'zh-CN' | 'en';
}

/** A real ManageSieve server named mail.test on loopback; `imap` has the stores and who may sign in. */
export interface ManageSieveFixture extends AsyncDisposable {
  readonly server: ManageSieveServer;
  readonly imap: ImapFixture;
  readonly scripts: ScriptContext;
  readonly port: number;
  /** Plays a transcript; with `signedIn` after the greeting and a sign-in as alice@example.test. */
  play(text: string, options?: Partial<TranscriptOptions> & { readonly signedIn?: boolean }): Promise<void>;
}

const secret: string = Buffer.from(`\0${imapLogin}\0${imapPassword}`).toString('base64');

/** AUTHENTICATE PLAIN as alice@example.test. */
export const signInLine: string = `AUTHENTICATE "PLAIN" "${secret}"`;

export async function startManageSieveFixture(
  options: ManageSieveFixtureOptions = {},
): Promise<ManageSieveFixture> {
  const imap = await startImapFixture();
  const scripts: ScriptContext = {
    accounts: imap.mail.accounts,
    clock: systemClock,
    limits: { ...defaultScriptLimits, ...options.scriptLimits },
  };
  const server = await createManageSieveServer({
    hostName: 'mail.test',
    host: '127.0.0.1',
    port: 0,
    tls: options.tls === true ? await testCertificates() : null,
    allowPlainLoopback: options.allowPlainLoopback ?? true,
    scripts,
    authenticator: imap.authenticator,
    languageOf: () => Promise.resolve(options.language ?? 'en'),
    limits: { signInDelayMs: 1, ...options.limits },
    clock: systemClock,
    log: silentLog,
  });
  const { port } = server.address();
  return {
    server,
    imap,
    scripts,
    port,
    async play(text, more = {}) {
      const start =
        more.signedIn === true ? `S> OK "mail.test ready"\nC: ${signInLine}\nS: OK "Welcome"\n` : '';
      await runTranscript(start + text, { connect: { port }, ...more });
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await imap[Symbol.asyncDispose]();
    },
  };
}
