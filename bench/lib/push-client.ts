import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The ways of RFC 8620 §7.3 and RFC 8887 §4.3.5. */
export type Kind = 'EventSource' | 'WebSocket';

/** A text frame of a client (RFC 6455 §5.2), up to 125 octets. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const masked = payload.map((octet, at) => octet ^ (mask[at % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked]);
}

/** Opens a push connection over a bare socket; resolves when the server is ready to tell. `heard` is called for each change. */
export function openPush(
  kind: Kind,
  port: number,
  login: string,
  password: string,
  heard: (() => void) | null,
  tls: boolean = false,
): Promise<Socket> {
  const basic = Buffer.from(`${login}:${password}`).toString('base64');
  const head = `Host: 127.0.0.1:${port}\r\nAuthorization: Basic ${basic}\r\n`;
  // The certificate is made for the measurement: nobody vouches for it.
  const socket = tls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }).setNoDelay()
    : connect({ port, host: '127.0.0.1', noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  socket.once('error', reject).once('close', () => reject(new Error('closed')));
  socket.write(
    kind === 'EventSource'
      ? `GET /jmap/eventsource?types=*&closeafter=no&ping=0 HTTP/1.1\r\n${head}\r\n`
      : `GET /jmap/ws HTTP/1.1\r\n${head}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Protocol: jmap\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  let ready = false;
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    if (ready) {
      if (chunk.includes('StateChange')) heard?.();
      return;
    }
    text += chunk.toString('latin1');
    if (!text.includes('\r\n\r\n')) return;
    if (!/^HTTP\/1\.1 (?:200|101) /.test(text)) return reject(new Error(text.slice(0, 200)));
    if (kind === 'EventSource' ? !text.includes(': ready') : false) return undefined;
    ready = true;
    text = '';
    if (kind === 'WebSocket') socket.write(frame('{"@type":"WebSocketPushEnable","dataTypes":null}'));
    resolve(socket);
    return undefined;
  });
  return promise;
}
