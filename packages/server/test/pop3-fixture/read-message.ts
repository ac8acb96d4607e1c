import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DotDecoder } from '@hongyan/formats/smtp/dot-decoder.ts';

/**
 * A POP3 client in a process of its own, so that its memory is not taken for the server's: signs in, fetches the
 * messages asked for, and prints the SHA-256 of each. Arguments: port, login, password, numbers of messages.
 */
const [port = '', login = '', password = '', ...numbers] = process.argv.slice(2);
const socket = connect({ port: Number(port), host: '127.0.0.1' });
await once(socket, 'connect');
socket.write(`USER ${login}\r\nPASS ${password}\r\n`);
let said = '';
while (!said.includes('Signed in')) {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  said += chunk.toString();
}
for (const number of numbers) {
  const decoder = new DotDecoder();
  const hash = createHash('sha256');
  let inMessage = false;
  socket.write(`RETR ${number}\r\n`);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    let rest = chunk as Buffer;
    if (!inMessage) rest = rest.subarray(rest.indexOf('\n') + 1);
    inMessage = true;
    const { data, done } = decoder.decode(rest);
    hash.update(data);
    if (done) break;
    // Slower than the server, so that what it sends ahead would pile up there.
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  process.stdout.write(`${hash.digest('hex')}\n`);
}
socket.destroy();
