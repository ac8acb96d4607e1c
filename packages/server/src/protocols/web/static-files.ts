import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problem.ts';
import { messageFrameHeaders } from './security-headers.ts';
import { welcomePage } from './welcome.ts';

/** Paths below which a miss is an error and never a page of the webmail. */
const notPages = ['/jmap', '/auth', '/.well-known', '/assets', '/api', '/healthz'];

/**
 * Serves the built webmail: assets with a hash in their name for ever, the page itself always fresh, `.br` and `.gz`
 * files where they lie beside. Any other path of a page leads to the page (its router does the rest): the console's below `/admin`, else the webmail's. Without a built
 * webmail, the welcome page.
 */
export function registerStaticFiles(server: FastifyInstance, folder: string | undefined): void {
  const built = folder !== undefined && existsSync(join(folder, 'index.html'));
  if (built) {
    server.register(fastifyStatic, {
      root: folder,
      preCompressed: true,
      cacheControl: false,
      index: ['index.html'],
      setHeaders: (reply, path) => {
        const hashed = path.includes(`${sep}assets${sep}`);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        if (path.endsWith(`${sep}message-frame.html`)) reply.headers(messageFrameHeaders);
      },
    });
  } else server.get('/', sendWelcome);
  server.setNotFoundHandler((request, reply) => {
    if (built && isPage(request))
      return reply
        .header('cache-control', 'no-cache')
        .sendFile(isConsole(request) ? 'admin.html' : 'index.html');
    return sendProblem(reply, 404, 'web.not_found');
  });
}

/** Whether a browser asks for a page. */
export function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '/';
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (notPages.some(start => path === start || path.startsWith(`${start}/`))) return false;
  return (request.headers.accept ?? '').includes('text/html');
}

/** The console lives below `/admin`. */
function isConsole(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '/';
  return path === '/admin' || path.startsWith('/admin/');
}

function sendWelcome(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { html, language } = welcomePage(request.headers['accept-language']);
  return reply
    .header('content-language', language)
    .header('vary', 'accept-language')
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(html);
}
