import { acceptedLanguage, createPhrases } from '@hongyan/phrases/phrases.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ClientSettings,
  settingsForAddress,
  settingsForHost,
} from '../../../domains/client-settings.ts';
import type { DomainsContext } from '../../../domains/context.ts';
import type { WebModule, WebServices } from '../context.ts';
import { sendProblem } from '../problem.ts';
import { appleProfile } from './apple.ts';
import { outlookError, outlookSettings, requestedAddress } from './outlook.ts';
import { profilePath, setupPage, setupPath } from './setup-page.ts';
import { thunderbirdConfig } from './thunderbird.ts';

/** Octets of an Autodiscover request: real ones have some 400. */
const maxRequestBytes = 16 * 1024;
const maxAddress = 320;

/** A word of a path in whatever case: Outlook writes `/AutoDiscover/AutoDiscover.xml`, others differ. */
function anyCase(word: string): string {
  return Array.from(word)
    .map(character => {
      const upper = character.toUpperCase();
      return `[${character}${upper}]`;
    })
    .join('');
}

const folder = `/:folder(${anyCase('autodiscover')})`;
const file = `:file(${anyCase('autodiscover')}).:extension(${anyCase('xml')}|${anyCase('json')})`;

type Query = Readonly<Record<string, unknown>>;

/** A parameter whatever the case of its name; null when it is not there once or too long. */
function parameter(query: unknown, name: string): string | null {
  for (const [key, value] of Object.entries((query ?? {}) as Query)) {
    if (key.toLowerCase() === name && typeof value === 'string' && value.length <= maxAddress) return value;
  }
  return null;
}

/**
 * Settings for mail programs (MBX-10): Thunderbird's autoconfig, Outlook's Autodiscover (XML and JSON), Apple's profiles.
 * Answers for every domain of the installation and tells nobody whether an address exists.
 */
export function autoconfigModule(web: WebServices, ctx: DomainsContext): WebModule {
  /** By the address when one is given, else by the host asked for. */
  const settingsOf = async (
    request: FastifyRequest,
    address: string | null,
  ): Promise<ClientSettings | null> =>
    address === null ? settingsForHost(ctx, web.client(request.raw).host) : settingsForAddress(ctx, address);

  return {
    register(server) {
      thunderbird(server, settingsOf);
      outlook(server, ctx);
      apple(server, settingsOf);
    },
  };
}

type SettingsOf = (request: FastifyRequest, address: string | null) => Promise<ClientSettings | null>;

function thunderbird(server: FastifyInstance, settingsOf: SettingsOf): void {
  const paths = ['/mail/config-v1.1.xml', '/.well-known/autoconfig/mail/config-v1.1.xml'];
  for (const path of paths) {
    server.get(path, async (request, reply) => {
      const settings = await settingsOf(request, parameter(request.query, 'emailaddress'));
      if (!settings) return sendProblem(reply, 404, 'web.not_found');
      return reply.type('text/xml; charset=utf-8').send(thunderbirdConfig(settings));
    });
  }
}

function outlook(server: FastifyInstance, ctx: DomainsContext): void {
  server.addContentTypeParser(
    ['text/xml', 'application/xml', 'text/plain', 'application/octet-stream'],
    { parseAs: 'string', bodyLimit: maxRequestBytes },
    (_request, body, done) => done(null, body),
  );
  const xml = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const address = requestedAddress(typeof request.body === 'string' ? request.body : '');
    const settings = address === null ? null : await settingsForAddress(ctx, address);
    reply.type('text/xml; charset=utf-8');
    if (address === null) return reply.send(outlookError(600, ctx.clock.now()));
    if (!settings) return reply.send(outlookError(500, ctx.clock.now()));
    return reply.send(outlookSettings(settings, address));
  };
  const json = async (reply: FastifyReply, address: string | null, kind: string | null): Promise<unknown> => {
    const settings = address === null ? null : await settingsForAddress(ctx, address);
    if (!settings) return reply.code(404).send({ ErrorCode: 'UserNotFound', ErrorMessage: 'Not found.' });
    if (kind?.toLowerCase() !== 'autodiscoverv1') {
      return reply.code(400).send({ ErrorCode: 'InvalidProtocol', ErrorMessage: 'Only AutodiscoverV1.' });
    }
    const { host, port } = settings.web;
    const at = port === 443 ? host : `${host}:${port}`;
    return { Protocol: 'AutodiscoverV1', Url: `https://${at}/autodiscover/autodiscover.xml` };
  };
  server.route<{ Params: { extension: string } }>({
    method: ['GET', 'POST'],
    url: `${folder}/${file}`,
    async handler(request, reply) {
      if (request.params.extension.toLowerCase() === 'xml') return xml(request, reply);
      return json(reply, parameter(request.query, 'email'), parameter(request.query, 'protocol'));
    },
  });
  server.get<{ Params: { email: string } }>(`${folder}/${file}/v1.0/:email`, (request, reply) =>
    json(reply, request.params.email, parameter(request.query, 'protocol')),
  );
}

function apple(server: FastifyInstance, settingsOf: SettingsOf): void {
  server.get(setupPath, async (request, reply) => sendPage(request, reply, settingsOf, false));
  server.get(profilePath, async (request, reply) => {
    const address = parameter(request.query, 'email')?.trim() ?? '';
    const settings = address === '' ? null : await settingsOf(request, address);
    const phrases = createPhrases(acceptedLanguage(request.headers['accept-language']));
    const profile =
      settings && appleProfile(settings, address, phrases.say('profile.description', { address }));
    if (!profile) return sendPage(request, reply, settingsOf, true);
    return reply
      .type('application/x-apple-aspen-config; charset=utf-8')
      .header('content-disposition', `attachment; filename="${settings.domain}.mobileconfig"`)
      .send(profile);
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  settingsOf: SettingsOf,
  problem: boolean,
): Promise<FastifyReply> {
  const settings = await settingsOf(request, null);
  if (!settings) return sendProblem(reply, 404, 'web.not_found');
  const language = acceptedLanguage(request.headers['accept-language']);
  return reply
    .code(problem ? 422 : 200)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .type('text/html; charset=utf-8')
    .send(setupPage(settings, language, problem));
}
