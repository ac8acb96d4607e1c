import { type Pop3Response, parseResponse } from '@hongyan/formats/pop3/response.ts';
import { LineClient, type LineClientOptions } from './line-client.ts';

/** A POP3 client for tests: one command at a time, answers parsed. Text is Latin-1. */
export class Pop3Client implements AsyncDisposable {
  readonly lines: LineClient;

  private constructor(lines: LineClient) {
    this.lines = lines;
  }

  /** Connects and takes the greeting. */
  static async connect(options: LineClientOptions): Promise<Pop3Client> {
    const client = new Pop3Client(await LineClient.connect(options));
    await client.response();
    return client;
  }

  /** The first line of the next answer; rejects when the server hangs up or says something else. */
  async response(): Promise<Pop3Response> {
    const line = await this.lines.readLine();
    const response = line === null ? null : parseResponse(line);
    if (response === null) throw new Error(`not an answer: ${line}`);
    return response;
  }

  /** Sends a command and takes the first line of its answer. */
  command(text: string): Promise<Pop3Response> {
    this.lines.send(`${text}\r\n`);
    return this.response();
  }

  /** Sends a command that must succeed and returns what `+OK` said. */
  async ok(text: string): Promise<string> {
    const response = await this.command(text);
    if (!response.ok) throw new Error(`${text}: ${response.code ?? ''} ${response.text}`);
    return response.text;
  }

  /** Sends a command that must succeed and takes the lines of its answer, dots taken off again (RFC 1939 §3). */
  async multi(text: string): Promise<string[]> {
    await this.ok(text);
    return this.rest();
  }

  /** The lines up to the end mark. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.lines.readLine();
      if (line === null) throw new Error('hung up within an answer');
      if (line === '.') return lines;
      lines.push(line.startsWith('.') ? line.slice(1) : line);
    }
  }

  async signIn(login: string, password: string): Promise<void> {
    await this.ok(`USER ${login}`);
    await this.ok(`PASS ${password}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.lines[Symbol.asyncDispose]();
  }
}
