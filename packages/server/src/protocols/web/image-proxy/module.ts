import { Readable } from 'node:stream';
import { MailError } from '../../../platform/errors.ts';
import type { WebModule, WebServices } from '../context.ts';
import { contentPolicy } from '../security-headers.ts';
import { fetchImage, type ImageProxyLimits } from './fetch-image.ts';

const maxUrlLength = 4096;

/**
 * GET /proxy/image?url=…: a picture of a mail, fetched by the server for a person who is signed in. The webmail's
 * policy allows no other source of pictures.
 */
export function imageProxyModule(web: WebServices, limits: ImageProxyLimits): WebModule {
  let running = 0;
  return {
    register(server) {
      server.get<{ Querystring: { url?: string } }>('/proxy/image', async (request, reply) => {
        await web.identify(request.raw);
        const { url } = request.query;
        if (typeof url !== 'string' || url.length > maxUrlLength)
          throw new MailError('input.invalid', { reason: 'address' });
        if (running >= limits.maxConcurrent)
          throw new MailError('limit.exceeded', { max: limits.maxConcurrent });
        running += 1;
        let stream: Readable;
        try {
          const { type, body } = await fetchImage(url, limits);
          stream = Readable.from(body);
          reply
            .header('content-security-policy', contentPolicy)
            .header('cache-control', 'private, max-age=86400')
            .type(type);
        } catch (error) {
          running -= 1;
          throw error;
        }
        stream.once('close', () => {
          running -= 1;
        });
        return reply.send(stream);
      });
    },
  };
}
