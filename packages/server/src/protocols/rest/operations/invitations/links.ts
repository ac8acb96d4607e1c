import { Type } from 'typebox';
import { renderSVG } from 'uqr';
import {
  createInvitation,
  invitationLimits,
  listInvitations,
  revokeInvitation,
} from '../../../../directory/invitations/invitations.ts';
import { created } from '../../kit/answer.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { pageLink } from '../../kit/page-link.ts';
import { identifier, nullable, object, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import { invitationAnswer, invitationSchema } from './schema.ts';

const place = { tag: 'Invitations', function: 'invitations' } as const;

export const invitationsList: Operation = defineOperation({
  ...place,
  id: 'invitations.list',
  method: 'GET',
  path: '/invitations',
  summary: 'Links that strangers can join with, newest first',
  query: object({ ...paging }),
  response: pageOf(invitationSchema),
  run: async (ctx, call) =>
    paged(await listInvitations(ctx.directory, call.scope, call.query), invitationAnswer),
});

export const invitationsCreate: Operation = defineOperation({
  ...place,
  id: 'invitations.create',
  method: 'POST',
  path: '/invitations',
  summary: 'Makes a link that strangers can join with; it is shown this once',
  secret: true,
  body: object({
    label: Type.Optional(Type.String({ maxLength: 200 })),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: invitationLimits.maxDays })),
    maxUses: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))),
    origin: Type.Optional(
      Type.String({
        maxLength: 300,
        description: 'Where the webmail is, `https://mail.example.com`: for `link` and `qrCode`',
      }),
    ),
  }),
  response: object({
    invitation: invitationSchema,
    token: Type.String(),
    link: nullable(Type.String()),
    qrCode: nullable(Type.String({ description: 'SVG of the link' })),
  }),
  sample: { body: { label: 'Sample' } },
  async run(ctx, call) {
    const { origin, ...wanted } = call.body;
    // The form of the address is checked before a link is made that nobody would see.
    if (origin !== undefined) pageLink(origin, '/join/');
    const { invitation, token } = await createInvitation(ctx.directory, call.scope, wanted);
    const link = origin === undefined ? null : pageLink(origin, `/join/${token}`);
    return created(
      {
        invitation: invitationAnswer(invitation),
        token,
        link,
        qrCode: link === null ? null : renderSVG(link),
      },
      `/invitations/${invitation.id}`,
    );
  },
});

export const invitationsRevoke: Operation = defineOperation({
  ...place,
  id: 'invitations.revoke',
  method: 'DELETE',
  path: '/invitations/{id}',
  summary: 'Makes a link void',
  params: object({ id: identifier('Invitation') }),
  run: (ctx, call) => revokeInvitation(ctx.directory, call.scope, call.params.id),
});
