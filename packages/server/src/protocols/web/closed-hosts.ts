import { acceptedLanguage, createPhrases } from '@hongyan/phrases/phrases.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MailError } from '../../platform/errors.ts';
import { escapeXml } from './autoconfig/xml.ts';
import type { WebOptions, WebServices } from './context.ts';
import { isPage } from './static-files.ts';

/**
 * Keeps the sign-in pages shut at host names of domains that wait for their filing (DOM-16): people read why, and nobody
 * signs in to the web there. Programs and automatic configuration are not concerned.
 */
export function registerClosedHosts(
  server: FastifyInstance,
  services: Pick<WebServices, 'client'>,
  options: Pick<WebOptions, 'closedHost'>,
): void {
  const { closedHost } = options;
  if (!closedHost) return;
  server.addHook('onRequest', async (request, reply): Promise<FastifyReply | undefined> => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const page = isPage(request) || path === '/';
    if (!page && !path.startsWith('/auth/sign-')) return undefined;
    const domain = await closedHost(services.client(request.raw).host);
    if (domain === null) return undefined;
    if (!page) throw new MailError('domain.not_filed', { domain });
    const language = acceptedLanguage(request.headers['accept-language']);
    const text = escapeXml(createPhrases(language).say('error.domain.not_filed', { domain }));
    return reply
      .code(403)
      .header('content-language', language)
      .header('vary', 'accept-language')
      .type('text/html; charset=utf-8')
      .send(
        `<!doctype html>\n<html lang="${language}">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${text}</title>\n<p>${text}</p>\n</html>\n`,
      );
  });
}
