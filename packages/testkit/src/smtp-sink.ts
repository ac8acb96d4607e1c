import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

/** What a sink does instead of its usual reply: says this, hangs up (`drop`), or says nothing any more (`silence`). */
export type SinkAnswer = string | undefined;

/** A message a sink took, or was given and refused. */
export interface SinkMessage {
  /** MAIL and RCPT lines as sent. */
  readonly mail: string;
  readonly rcpts: readonly string[];
  /** Addresses between the angle brackets. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** The message, dots unstuffed. */
  readonly data: string;
  readonly tls: boolean;
  /** Name asked for in the TLS handshake. */
  readonly serverName: string | null;
  /** Number of the connection it came over, from 1. */
  readonly connection: number;
}

export interface SinkOptions {
  readonly host?: string;
  readonly port?: number;
  /** EHLO keywords; STARTTLS is added where there is `tls`. Default: PIPELINING, 8BITMIME, SIZE, DSN, SMTPUTF8, CHUNKING. */
  readonly extensions?: readonly string[];
  readonly tls?: { readonly key: string; readonly cert: string };
  /** TLS from the first byte. */
  readonly implicitTls?: boolean;
  /**
   * Asked before every usual reply. `verb`: `CONNECT`, the command's verb, `AUTH-LINE` for what follows AUTH, `DATA-END`
   * after a message. A reply without CRLF; several lines with `\n`.
   */
  answer?(verb: string, line: string, connection: number): SinkAnswer;
}

/** A server on loopback that takes mail and keeps it, and misbehaves as a test wants. */
export interface SmtpSink extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly messages: SinkMessage[];
  /** Commands of each connection in order. */
  readonly commands: string[][];
  /** Options may be changed at any time. */
  readonly options: { -readonly [Key in keyof SinkOptions]: SinkOptions[Key] };
}

const usualExtensions = ['PIPELINING', '8BITMIME', 'SIZE 10485760', 'DSN', 'SMTPUTF8', 'CHUNKING'];

export async function startSmtpSink(options: SinkOptions = {}): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const messages: SinkMessage[] = [];
  const commands: string[][] = [];
  const current = { ...options };
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const log: string[] = [];
    const number = commands.push(log);
    new SinkConnection(socket, number, log, messages, current).start();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: address.address,
    port: address.port,
    messages,
    commands,
    options: current,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => {
        server.close(resolve);
      });
    },
  };
}

class SinkConnection {
  #socket: Socket;
  readonly #number: number;
  readonly #log: string[];
  readonly #messages: SinkMessage[];
  readonly #options: SinkOptions;
  #input = '';
  #mail = '';
  #rcpts: string[] = [];
  #mode: 'command' | 'data' | 'chunk' | 'auth' | 'dead' = 'command';
  #body = '';
  #chunkLeft = 0;
  #chunkLast = false;
  #authLines = 0;
  #tls = false;
  #serverName: string | null = null;

  constructor(socket: Socket, number: number, log: string[], messages: SinkMessage[], options: SinkOptions) {
    this.#socket = socket;
    this.#number = number;
    this.#log = log;
    this.#messages = messages;
    this.#options = options;
  }

  start(): void {
    this.#socket.setNoDelay(true);
    if (this.#options.implicitTls) this.#secure();
    else this.#listen();
    this.#reply('CONNECT', '', '220 sink ready');
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#input += chunk.toString('latin1');
      this.#work();
    });
    this.#socket.on('error', () => {
      this.#mode = 'dead';
    });
  }

  #secure(): void {
    const { tls } = this.#options;
    if (!tls) throw new Error('no certificate');
    this.#socket.removeAllListeners('data');
    this.#input = '';
    const secured = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: createSecureContext(tls),
      SNICallback: (name, done) => {
        this.#serverName = name;
        done(null, createSecureContext(tls));
      },
    });
    this.#socket = secured;
    this.#tls = true;
    this.#listen();
  }

  #work(): void {
    for (;;) {
      if (this.#mode === 'dead') return;
      if (this.#mode === 'chunk') {
        if (!this.#takeChunk()) return;
        continue;
      }
      const end = this.#input.indexOf('\r\n');
      if (end === -1) return;
      const line = this.#input.slice(0, end);
      this.#input = this.#input.slice(end + 2);
      if (this.#mode === 'data') this.#takeData(line);
      else if (this.#mode === 'auth') this.#takeAuth(line);
      else this.#command(line);
    }
  }

  #takeChunk(): boolean {
    const piece = this.#input.slice(0, this.#chunkLeft);
    this.#input = this.#input.slice(piece.length);
    this.#body += piece;
    this.#chunkLeft -= piece.length;
    if (this.#chunkLeft > 0) return false;
    this.#mode = 'command';
    if (this.#chunkLast) this.#endOfMessage();
    else this.#reply('BDAT', '', '250 more');
    return true;
  }

  #takeData(line: string): void {
    if (line !== '.') {
      this.#body += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
      return;
    }
    this.#mode = 'command';
    this.#endOfMessage();
  }

  #takeAuth(line: string): void {
    this.#log.push(line);
    this.#authLines -= 1;
    if (this.#authLines > 0) this.#reply('AUTH-LINE', line, '334 UGFzc3dvcmQ6');
    else {
      this.#mode = 'command';
      this.#reply('AUTH-LINE', line, '235 2.7.0 welcome');
    }
  }

  #endOfMessage(): void {
    const accepted = this.#reply('DATA-END', this.#body, '250 2.0.0 taken');
    if (accepted) {
      this.#messages.push({
        mail: this.#mail,
        rcpts: this.#rcpts,
        sender: pathOf(this.#mail),
        recipients: this.#rcpts.map(pathOf),
        data: Buffer.from(this.#body, 'latin1').toString('utf8'),
        tls: this.#tls,
        serverName: this.#serverName,
        connection: this.#number,
      });
    }
    this.#mail = '';
    this.#rcpts = [];
    this.#body = '';
  }

  #command(line: string): void {
    const text = Buffer.from(line, 'latin1').toString('utf8');
    this.#log.push(text);
    const verb = (text.split(' ', 1)[0] ?? '').toUpperCase();
    switch (verb) {
      case 'EHLO':
        this.#reply(verb, text, this.#greeting());
        break;
      case 'STARTTLS':
        if (this.#reply(verb, text, '220 go ahead')) this.#secure();
        break;
      case 'AUTH':
        this.#startAuth(text);
        break;
      case 'MAIL':
        if (this.#reply(verb, text, '250 2.1.0 sender ok')) this.#mail = text;
        break;
      case 'RCPT':
        if (this.#reply(verb, text, this.#mail === '' ? '503 5.5.1 no sender' : '250 2.1.5 recipient ok')) {
          if (this.#mail !== '') this.#rcpts.push(text);
        }
        break;
      case 'DATA':
        if (this.#rcpts.length === 0) this.#reply(verb, text, '554 5.5.1 no valid recipients');
        else if (this.#reply(verb, text, '354 go on')) this.#mode = 'data';
        break;
      case 'BDAT': {
        const [, size = '0', last] = text.split(' ');
        this.#chunkLeft = Number(size);
        this.#chunkLast = last?.toUpperCase() === 'LAST';
        this.#mode = 'chunk';
        break;
      }
      case 'RSET':
        this.#mail = '';
        this.#rcpts = [];
        this.#reply(verb, text, '250 2.0.0 reset');
        break;
      case 'QUIT':
        this.#reply(verb, text, '221 2.0.0 bye');
        this.#socket.end();
        this.#mode = 'dead';
        break;
      default:
        this.#reply(verb, text, verb === 'HELO' ? '250 sink' : '500 5.5.2 what');
    }
  }

  #greeting(): string {
    const lines = ['sink', ...(this.#options.extensions ?? usualExtensions)];
    if (this.#options.tls && !this.#tls) lines.push('STARTTLS');
    return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\n');
  }

  #startAuth(line: string): void {
    const [, mechanism, initial] = line.split(' ');
    if (mechanism?.toUpperCase() === 'LOGIN') {
      this.#authLines = 2;
      this.#mode = 'auth';
      this.#reply('AUTH', line, '334 VXNlcm5hbWU6');
    } else this.#reply('AUTH', line, initial === undefined ? '501 5.5.4 no' : '235 2.7.0 welcome');
  }

  /** Sends the usual reply or what the test wants instead. Returns whether it was a positive one. */
  #reply(verb: string, line: string, usual: string): boolean {
    const answer = this.#options.answer?.(verb, line, this.#number) ?? usual;
    if (answer === 'silence') {
      this.#mode = 'dead';
      return false;
    }
    if (answer === 'drop') {
      this.#mode = 'dead';
      this.#socket.destroy();
      return false;
    }
    this.#socket.write(`${answer.replaceAll('\n', '\r\n')}\r\n`);
    if (answer.startsWith('421')) this.#socket.end();
    return /^[23]/.test(answer);
  }
}

/** What stands between the angle brackets of a MAIL or RCPT line. */
function pathOf(line: string): string {
  const start = line.indexOf('<');
  const end = line.indexOf('>', start);
  return start === -1 || end === -1 ? '' : line.slice(start + 1, end);
}
