import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import type { RelayContext } from './options.ts';
import type { Target } from './route.ts';
import { Wire, WireError } from './wire.ts';

/** Opens a TCP connection. Throws `WireError`. */
export async function connect(context: RelayContext, target: Target): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const localAddress = isIPv6(target.address) ? context.source.ipv6 : context.source.ipv4;
  const socket = connectTcp({
    host: target.address,
    port: target.port,
    noDelay: true,
    ...(localAddress === null ? {} : { localAddress }),
  });
  const timer = context.clock.after(context.limits.connectMs, () => {
    reject(new WireError('timeout', 'no connection within the time allowed'));
  });
  const onError = (error: Error): void =>
    reject(new WireError('closed', error.message || 'connection refused', { cause: error }));
  socket.once('error', onError);
  socket.once('connect', () => resolve(socket));
  try {
    const open = await promise;
    socket.off('error', onError);
    return new Wire(open, context.clock);
  } catch (error) {
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  } finally {
    timer.cancel();
  }
}
