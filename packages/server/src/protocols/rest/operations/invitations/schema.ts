import { type TUnsafe, Type } from 'typebox';
import type { Invitation } from '../../../../directory/invitations/invitations.ts';
import type { JoinRequest } from '../../../../directory/invitations/joining.ts';
import type { InvitationSettings } from '../../../../directory/invitations/settings.ts';
import { identifier, moment, named, nullable, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

export const joinStates = ['waiting', 'approved', 'refused'] as const;

export const settingsSchema: TUnsafe<InvitationSettings> = named<InvitationSettings>('InvitationSettings')(
  object({
    open: Type.Boolean({ description: 'Off: every link says closed' }),
    approval: Type.Boolean({ description: 'Whether an administrator approves each of them' }),
    departmentId: nullable(Type.Integer({ minimum: 0 })),
    domain: nullable(Type.String({ maxLength: 255, description: 'Null: the primary domain' })),
  }),
);

type InvitationAnswer = Omit<Invitation, 'createdAt' | 'expiresAt'> & {
  readonly createdAt: string;
  readonly expiresAt: string;
};

export const invitationSchema: TUnsafe<InvitationAnswer> = named<InvitationAnswer>('Invitation')(
  object({
    id: identifier('Invitation'),
    label: Type.String(),
    createdBy: Type.String(),
    createdAt: moment(),
    expiresAt: moment(),
    state: oneOf(['open', 'revoked', 'expired', 'used']),
    maxUses: nullable(Type.Integer()),
    uses: Type.Integer(),
  }),
);

export function invitationAnswer(invitation: Invitation): InvitationAnswer {
  const { createdAt, expiresAt } = invitation;
  return { ...invitation, createdAt: momentOf(createdAt), expiresAt: momentOf(expiresAt) };
}

type RequestAnswer = Omit<JoinRequest, 'createdAt' | 'decidedAt'> & {
  readonly createdAt: string;
  readonly decidedAt: string | null;
};

export const joinRequestSchema: TUnsafe<RequestAnswer> = named<RequestAnswer>('JoinRequest')(
  object({
    id: identifier('Request'),
    invitationId: identifier('Invitation'),
    name: Type.String(),
    mobile: Type.String(),
    address: Type.String(),
    state: oneOf(joinStates),
    clientAddress: Type.String(),
    createdAt: moment(),
    decidedAt: nullable(moment()),
    decidedBy: nullable(Type.String()),
    accountId: nullable(Type.Integer()),
  }),
);

export function requestAnswer(request: JoinRequest): RequestAnswer {
  const { createdAt, decidedAt } = request;
  return {
    ...request,
    createdAt: momentOf(createdAt),
    decidedAt: decidedAt === null ? null : momentOf(decidedAt),
  };
}
