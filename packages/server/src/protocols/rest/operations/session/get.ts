import { type TUnsafe, Type } from 'typebox';
import { describeCompany } from '../../../../directory/administrators/companies.ts';
import { defineOperation, type Operation } from '../../kit/operation.ts';
import { named, nullable, object, oneOf } from '../../kit/schema.ts';
import { departmentsSchema, functionsSchema, type Granted, grantedTo } from '../../schemas/granted.ts';

interface SessionAnswer {
  readonly login: string;
  readonly via: 'session' | 'token';
  /** Null for those who administer nothing. */
  readonly administrator: (Granted & { readonly role: 'owner' | 'super' | 'scoped' }) | null;
  readonly company: { readonly id: number; readonly name: string; readonly domain: string | null };
}

const sessionSchema: TUnsafe<SessionAnswer> = named<SessionAnswer>('Session')(
  object({
    login: Type.String(),
    via: oneOf(['session', 'token']),
    administrator: nullable(
      object({
        role: oneOf(['owner', 'super', 'scoped']),
        functions: functionsSchema,
        departments: departmentsSchema,
      }),
    ),
    company: object({
      id: Type.Integer(),
      name: Type.String(),
      domain: Type.Union([Type.String(), Type.Null()], { description: 'Primary domain' }),
    }),
  }),
);

export const sessionGet: Operation = defineOperation({
  id: 'session.get',
  method: 'GET',
  path: '/session',
  tag: 'Session',
  summary: 'Who is signed in, in which company, and what they may administer',
  function: 'none',
  response: sessionSchema,
  async run(ctx, call) {
    const { principal, administration } = call.scope;
    return {
      login: principal.kind === 'account' ? principal.login : principal.reason,
      via: call.via,
      administrator: administration ? { role: administration.role, ...grantedTo(administration) } : null,
      company: await describeCompany(ctx.directory, call.scope),
    };
  },
});
