import { LineClient, type LineClientOptions } from './line-client.ts';
import { parseTranscript, type Step } from './transcript-script.ts';

export interface TranscriptOptions {
  /** How to connect; the same for every session unless `sessions` says otherwise. */
  readonly connect: LineClientOptions;
  readonly sessions?: Readonly<Record<string, LineClientOptions>>;
  /** Values of `${name}`; more are captured while the transcript runs. */
  readonly values?: Readonly<Record<string, string>>;
  /** What `! name argument` does. */
  readonly hooks?: Readonly<Record<string, (argument: string) => void | Promise<void>>>;
}

/**
 * Plays a conversation written as plain text against a server and fails, with the dialogue so far, at the
 * first line that is not as expected. Resolves with all captured values.
 *
 * ```
 * # comment; indentation does not matter
 * S: 220 mail.example ...          server says; `...` stands for any text (also none)
 * C: EHLO client.example           client sends, with CRLF
 * S> 250 ...                       lines are skipped until one matches
 * S~ ^250 2\.0\.0 \w+$             regular expression
 * S: 250 2.0.0 queued as ${id}     captures a word, or must equal it if known; usable in C: lines
 * C= a\r\nb\x00                    raw bytes with escapes, no CRLF added
 * C: a1 APPEND INBOX {literal}     `{literal}` becomes `{count}`; waits for a `+` line, then sends
 * C| Subject: x                    the lines of the literal, joined by CRLF (a last empty `C|` adds one);
 * C|                               `{literal+}` becomes `{count+}` and does not wait; `C/` between two literals
 * S: a1 OK ...
 * C:(bob) NOOP                     a second session, opened at its first mention
 * TLS                              handshake (after STARTTLS)
 * ! advance 300000                 calls a hook of the test
 * S.                               the server hangs up
 * CLOSE                            the client hangs up
 * ```
 */
export async function runTranscript(
  text: string,
  options: TranscriptOptions,
): Promise<Record<string, string>> {
  const player = new Player(options);
  try {
    for (const step of parseTranscript(asBytes(text))) await player.play(step);
    return Object.fromEntries(Object.entries(player.values).map(([name, value]) => [name, asText(value)]));
  } finally {
    player.close();
  }
}

/** UTF-8 text as a string of bytes, which is what a `LineClient` sends and returns. */
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

class Player {
  readonly values: Record<string, string> = {};
  readonly #options: TranscriptOptions;
  readonly #clients = new Map<string, LineClient>();
  readonly #dialogue: string[] = [];

  constructor(options: TranscriptOptions) {
    this.#options = options;
    for (const [name, value] of Object.entries(options.values ?? {})) this.values[name] = asBytes(value);
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  async play(step: Step): Promise<void> {
    try {
      await this.#play(step);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const dialogue = this.#dialogue.slice(-40).join('\n');
      throw new Error(asText(`transcript line ${step.line}: ${reason}\n${dialogue}`), { cause: error });
    }
  }

  async #play(step: Step): Promise<void> {
    if (step.kind === 'hook') {
      const hook = this.#options.hooks?.[step.name];
      if (hook === undefined) throw new Error(`no hook named ${step.name}`);
      await hook(asText(this.#fill(step.argument)));
      return;
    }
    const client = await this.#client(step.session);
    switch (step.kind) {
      case 'send':
        await this.#send(client, step);
        break;
      case 'raw':
        this.#note(step.session, 'C=', JSON.stringify(step.text));
        client.send(step.text);
        break;
      case 'expect':
        await this.#expect(client, step);
        break;
      case 'hung-up': {
        const line = await this.#read(client, step.session);
        if (line !== null) throw new Error(`expected the server to hang up, got ${JSON.stringify(line)}`);
        break;
      }
      case 'tls':
        await client.startTls();
        break;
      case 'close':
        client.destroy();
        this.#clients.delete(step.session);
        break;
    }
  }

  async #send(client: LineClient, step: Extract<Step, { kind: 'send' }>): Promise<void> {
    const pieces = this.#fill(step.text).split(/\{literal(\+?)\}/);
    this.#note(step.session, 'C:', step.text);
    for (let at = 0; at < pieces.length; at += 2) {
      const text = pieces[at] ?? '';
      const plus = pieces[at + 1];
      if (plus === undefined) {
        client.send(`${text}\r\n`);
        return;
      }
      const literal = this.#fill(step.literals[at / 2] ?? '');
      client.send(`${text}{${literal.length}${plus}}\r\n`);
      if (plus === '') {
        const line = await this.#read(client, step.session);
        if (line?.startsWith('+') !== true)
          throw new Error(`expected a continuation, got ${JSON.stringify(line)}`);
      }
      client.send(literal);
    }
  }

  async #expect(client: LineClient, step: Extract<Step, { kind: 'expect' }>): Promise<void> {
    const { test, names } = this.#pattern(step);
    for (;;) {
      const line = await this.#read(client, step.session);
      const found = line === null ? null : test.exec(line);
      if (found !== null) {
        for (const [at, name] of names.entries()) this.values[name] = found[at + 1] ?? '';
        return;
      }
      if (!step.skip || line === null) {
        throw new Error(`expected ${JSON.stringify(step.pattern)}, got ${JSON.stringify(line)}`);
      }
    }
  }

  #pattern(step: Extract<Step, { kind: 'expect' }>): { test: RegExp; names: string[] } {
    if (step.regex) return { test: new RegExp(step.pattern), names: [] };
    const names: string[] = [];
    const source = step.pattern.split(/(\.\.\.|\$\{\w+\})/).map(part => {
      if (part === '...') return '.*';
      const name = /^\$\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return RegExp.escape(part);
      const known = this.values[name];
      if (known !== undefined) return RegExp.escape(known);
      names.push(name);
      return String.raw`([^\s\]]+)`;
    });
    return { test: new RegExp(`^${source.join('')}$`, 's'), names };
  }

  #fill(text: string): string {
    return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => this.values[name] ?? whole);
  }

  async #client(session: string): Promise<LineClient> {
    const open = this.#clients.get(session);
    if (open !== undefined) return open;
    const client = await LineClient.connect(this.#options.sessions?.[session] ?? this.#options.connect);
    this.#clients.set(session, client);
    return client;
  }

  async #read(client: LineClient, session: string): Promise<string | null> {
    const line = await client.readLine();
    this.#note(session, 'S:', line ?? '(hung up)');
    return line;
  }

  #note(session: string, mark: string, text: string): void {
    this.#dialogue.push(`  ${session === 'main' ? mark : `${mark}(${session})`} ${text}`);
  }
}
