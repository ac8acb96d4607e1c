import { promisify } from 'node:util';
import { constants, gzip, zstdCompress } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Answers below this many octets fit into one packet as they are. */
const leastOctets = 1_400;

type Coding = 'zstd' | 'gzip';

const zstd = promisify(zstdCompress);
const deflate = promisify(gzip);
const compressors: Readonly<Record<Coding, (text: Buffer) => Promise<Buffer>>> = {
  zstd: text => zstd(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  gzip: text => deflate(text, { level: 1 }),
};

/**
 * The coding to answer with, of those that a client takes (RFC 9110 §12.5.3): zstd, else gzip; null for none.
 * Weights other than 0 are not heeded: both are wanted for the same reason.
 */
export function chooseCoding(accepted: string | undefined): Coding | null {
  const weights = new Map(
    (accepted ?? '').split(',').map(item => {
      const [name = '', ...parameters] = item.toLowerCase().split(';');
      const refused = parameters.some(parameter => /^\s*q=0(?:\.0*)?\s*$/.test(parameter));
      return [name.trim(), !refused] as const;
    }),
  );
  const any = weights.get('*') ?? false;
  return (['zstd', 'gzip'] as const).find(name => weights.get(name) ?? any) ?? null;
}

/** Whether an answer is text that a program made: what lies in files is compressed beforehand, attachments stay as they are. */
function isData(reply: FastifyReply): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/.test(String(reply.getHeader('content-type') ?? ''));
}

/** Sends JSON compressed to whom that is welcome: a page of a list shrinks to a seventh. */
export function registerCompression(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (typeof payload !== 'string' || payload.length < leastOctets || !isData(reply)) return payload;
    reply.header('vary', 'accept-encoding');
    const coding = chooseCoding(request.headers['accept-encoding']);
    if (coding === null || reply.hasHeader('content-encoding')) return payload;
    reply.removeHeader('content-length');
    reply.header('content-encoding', coding);
    return compressors[coding](Buffer.from(payload));
  });
}
