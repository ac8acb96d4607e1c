import { type TUnsafe, Type } from 'typebox';
import { renderSVG } from 'uqr';
import {
  type ActivationLink,
  activationLimits,
  createActivationLink,
  readActivationLink,
  revokeActivationLink,
} from '../../../../access/activation/links.ts';
import { mailActivationLink } from '../../../../access/activation/send.ts';
import { requireOwnPages } from '../../../../domains/page-origin.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageLink } from '../../kit/page-link.ts';
import { identifier, moment, named, nullable, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

type LinkAnswer = Omit<ActivationLink, 'createdAt' | 'expiresAt' | 'usedAt'> & {
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usedAt: string | null;
};

const linkSchema: TUnsafe<LinkAnswer> = named<LinkAnswer>('ActivationLink')(
  object({
    purpose: oneOf(['activate', 'reset'], {
      description: '`reset`: there is a password, which stays until then',
    }),
    state: oneOf(['open', 'used', 'expired']),
    sentTo: nullable(Type.String()),
    createdBy: Type.String(),
    createdAt: moment(),
    expiresAt: moment(),
    usedAt: nullable(moment()),
  }),
);

function linkAnswer(link: ActivationLink): LinkAnswer {
  const { createdAt, expiresAt, usedAt } = link;
  return {
    ...link,
    createdAt: momentOf(createdAt),
    expiresAt: momentOf(expiresAt),
    usedAt: usedAt === null ? null : momentOf(usedAt),
  };
}

const place = { path: '/members/{id}/activation-link', tag: 'Members', function: 'members' } as const;
const params = object({ id: identifier('Member') });

export const activationLinkGet: Operation = defineOperation({
  ...place,
  id: 'members.activationLink',
  method: 'GET',
  summary: "How a member's activation link stands; null: none was made",
  params,
  response: object({ link: nullable(linkSchema) }),
  async run(ctx, call) {
    const link = await readActivationLink(ctx.passwords, call.scope, call.params.id);
    return { link: link && linkAnswer(link) };
  },
});

export const activationLinkMake: Operation = defineOperation({
  ...place,
  id: 'members.makeActivationLink',
  method: 'POST',
  summary:
    'Makes a link with which the member chooses a password (MBX-03), shown this once; one before is void',
  secret: true,
  params,
  body: object({
    origin: Type.String({
      maxLength: 300,
      description:
        'Where the webmail is, `https://mail.example.com`; to mail the link, a host name of the installation or of a domain of the company',
    }),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: activationLimits.maxDays })),
    sendTo: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 320,
        description: 'Another address of the member, to mail it to',
      }),
    ),
  }),
  status: 201,
  response: object({
    link: linkSchema,
    url: Type.String(),
    qrCode: Type.String({ description: 'SVG of the address' }),
  }),
  sample: { body: { origin: 'https://mail.hongyan.test' } },
  async run(ctx, call) {
    const { origin, days, sendTo } = call.body;
    const urlOf = (token: string): string => pageLink(origin, `/activate/${token}`);
    // The form of the address is checked before a link is made that nobody would see.
    urlOf('');
    const { id } = call.params;
    const wanted = { ...(days !== undefined && { days }) };
    if (sendTo !== undefined) await requireOwnPages(ctx.domains, call.scope, origin);
    const { token, link } =
      sendTo === undefined
        ? await createActivationLink(ctx.passwords, call.scope, id, wanted)
        : await mailActivationLink(ctx.passwords, ctx.mailActivation, call.scope, id, {
            ...wanted,
            to: sendTo,
            language: call.language,
            urlOf,
          });
    const url = urlOf(token);
    return { link: linkAnswer(link), url, qrCode: renderSVG(url, { border: 2 }) };
  },
});

export const activationLinkRevoke: Operation = defineOperation({
  ...place,
  id: 'members.revokeActivationLink',
  method: 'DELETE',
  summary: "Makes a member's activation link void",
  params,
  async run(ctx, call) {
    await revokeActivationLink(ctx.passwords, call.scope, call.params.id);
  },
});
