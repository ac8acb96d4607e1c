import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MailError } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { StreamHandler, WebServices } from './context.ts';
import { type Problem, problemOf } from './problem.ts';
import { securityHeaders } from './security-headers.ts';

/**
 * Answers a request whose connection has been handed over: problem details (RFC 9457) while nothing has been sent, then
 * what the handler writes. The connection is closed after either, so that the length need not be told (RFC 9112 §6.3).
 */
export async function answerEndless(
  { client, log }: { readonly client: WebServices['client']; readonly log: Log },
  handler: StreamHandler,
  request: IncomingMessage,
  socket: Duplex,
): Promise<void> {
  const common = { ...securityHeaders(client(request).encrypted), 'cache-control': 'no-store' };
  // Nothing more is expected of the client, but to hang up.
  socket.on('end', hangUp).resume();
  let opened = false;
  try {
    if (!request.complete) throw new MailError('input.invalid', { field: 'body' });
    await handler(request, headers => {
      opened = true;
      socket.write(head(200, 'OK', { ...common, ...headers }));
      return socket;
    });
  } catch (error) {
    if (socket.destroyed) return;
    const problem: Problem = problemOf(error, request.headers, log);
    if (opened) socket.destroy();
    else
      socket.end(
        head(problem.status, 'Refused', {
          ...common,
          ...problem.headers,
          'content-length': String(Buffer.byteLength(problem.body)),
        }) + problem.body,
      );
  }
}

function hangUp(this: Duplex): void {
  this.end();
}

/** The head of an answer after which the connection ends. */
function head(status: number, reason: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const date = new Date().toUTCString();
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}date: ${date}\r\nconnection: close\r\n\r\n`;
}
