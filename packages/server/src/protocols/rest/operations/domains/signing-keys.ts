import { Type } from 'typebox';
import type { DkimKey } from '../../../../directory/dkim.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { moment, nullable, object, oneOf } from '../../kit/schema.ts';
import { domainName } from '../../schemas/domain.ts';

const keySchema = object({
  selector: Type.String(),
  algorithm: oneOf(['rsa-sha256', 'ed25519-sha256']),
  state: oneOf(['next', 'active', 'retired'], {
    description: 'next: signs from activeFrom; retired: its record is needed until removableAt',
  }),
  record: object({ name: Type.String(), text: Type.String() }),
  activeFrom: moment(),
  removableAt: nullable(moment()),
});

interface KeyAnswer extends Pick<DkimKey, 'selector' | 'algorithm' | 'state' | 'record'> {
  readonly activeFrom: string;
  readonly removableAt: string | null;
}

function keyAnswer({ selector, algorithm, state, record, activeFrom, removableAt }: DkimKey): KeyAnswer {
  return {
    selector,
    algorithm,
    state,
    record,
    activeFrom: new Date(activeFrom).toISOString(),
    removableAt: removableAt === null ? null : new Date(removableAt).toISOString(),
  };
}

export const domainsSigningKeys: Operation = defineOperation({
  id: 'domains.signingKeys',
  method: 'GET',
  path: '/domains/{name}/signing-keys',
  tag: 'Domains',
  summary: 'Keys that sign the domain’s mail (DKIM) and their records',
  function: 'domains',
  params: object({ name: domainName }),
  response: object({ items: Type.Array(keySchema) }),
  run: async (ctx, call) => {
    const keys = await ctx.domains.dkim.list(call.scope, call.params.name);
    return { items: keys.map(keyAnswer) };
  },
});

export const domainsRotateKeys: Operation = defineOperation({
  id: 'domains.rotateKeys',
  method: 'POST',
  path: '/domains/{name}/rotate-keys',
  tag: 'Domains',
  summary: 'Makes new signing keys, which sign once there was time to publish them',
  function: 'domains',
  wholeCompany: true,
  params: object({ name: domainName }),
  body: object({ now: Type.Boolean({ description: 'Sign with the new keys at once' }) }),
  response: object({ items: Type.Array(keySchema) }),
  run: async (ctx, call) => {
    const keys = await ctx.domains.dkim.rotate(call.scope, call.params.name, { now: call.body.now });
    return { items: keys.map(keyAnswer) };
  },
});
