import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { exitCode } from '../exit-codes.ts';
import { generatePassword } from '../serve/first-run.ts';
import { type CommandContext, CommandError } from './context.ts';

/** Where a command takes a password from. It is never an argument: those are seen by everybody on the machine. */
export interface PasswordFlags {
  readonly passwordStdin?: boolean;
  readonly generatePassword?: boolean;
}

/** Longest line taken from standard input, octets. */
const maxOctets = 4_096;

async function firstLine(ctx: CommandContext): Promise<string> {
  const { stdin } = ctx.terminal;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk as string | Uint8Array);
    chunks.push(bytes);
    length += bytes.length;
    if (bytes.includes(0x0a) || length > maxOctets) break;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return (text.split('\n', 1)[0] ?? '').replace(/\r$/, '');
}

/** Asks without showing what is typed. */
async function ask(ctx: CommandContext, prompt: string): Promise<string> {
  const { stdin, stderr } = ctx.terminal;
  stderr.write(prompt);
  const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: muted, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () =>
        reject(new CommandError(ctx.phrases.say('command.password_missing'), exitCode.usage)),
      );
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}

/** The password for `address`: generated, from standard input, or typed twice. `generated` tells whether to show it. */
export async function readPassword(
  ctx: CommandContext,
  address: string,
  flags: PasswordFlags,
): Promise<{ readonly password: string; readonly generated: boolean }> {
  const { phrases, terminal } = ctx;
  if (flags.generatePassword) return { password: generatePassword(), generated: true };
  if (flags.passwordStdin) {
    const password = await firstLine(ctx);
    if (password === '') throw new CommandError(phrases.say('command.password_missing'), exitCode.usage);
    return { password, generated: false };
  }
  if (!terminal.stdin.isTTY) {
    throw new CommandError(phrases.say('command.password_missing'), exitCode.usage);
  }
  const password = await ask(ctx, phrases.say('command.password_prompt', { address }));
  if ((await ask(ctx, phrases.say('command.password_again'))) !== password) {
    throw new CommandError(phrases.say('command.password_differs'), exitCode.usage);
  }
  return { password, generated: false };
}
