import { Type } from 'typebox';
import {
  approveJoinRequest,
  listJoinRequests,
  refuseJoinRequest,
} from '../../../../directory/invitations/joining.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { identifier, object, oneOf, pageOf, paging } from '../../kit/schema.ts';
import { paged } from '../../schemas/paged.ts';
import { joinRequestSchema, joinStates, requestAnswer } from './schema.ts';

const place = { tag: 'Invitations', function: 'invitations' } as const;
const params = object({ id: identifier('Request') });

export const joinRequestsList: Operation = defineOperation({
  ...place,
  id: 'joinRequests.list',
  method: 'GET',
  path: '/join-requests',
  summary: 'Requests to join, newest first; those that wait unless another state is named',
  query: object({
    ...paging,
    state: Type.Optional(oneOf(joinStates)),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'In name, address or mobile number' })),
  }),
  response: pageOf(joinRequestSchema),
  run: async (ctx, { scope, query: { q, ...page } }) =>
    paged(
      await listJoinRequests(ctx.directory, scope, { ...page, ...(q !== undefined && { search: q }) }),
      requestAnswer,
    ),
});

export const joinRequestsApprove: Operation = defineOperation({
  ...place,
  id: 'joinRequests.approve',
  method: 'POST',
  path: '/join-requests/{id}/approve',
  summary: 'Makes the applicant a member',
  params,
  body: object({
    address: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
    departments: Type.Optional(Type.Array(identifier('Department'), { maxItems: 100 })),
  }),
  response: joinRequestSchema,
  run: async (ctx, call) =>
    requestAnswer(await approveJoinRequest(ctx.directory, call.scope, call.params.id, call.body)),
});

export const joinRequestsRefuse: Operation = defineOperation({
  ...place,
  id: 'joinRequests.refuse',
  method: 'POST',
  path: '/join-requests/{id}/refuse',
  summary: 'Turns a request down',
  params,
  response: joinRequestSchema,
  run: async (ctx, call) => requestAnswer(await refuseJoinRequest(ctx.directory, call.scope, call.params.id)),
});
