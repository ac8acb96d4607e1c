import { type TUnsafe, Type } from 'typebox';
import type { ApiToken } from '../../../access/api-tokens.ts';
import { moment, named, nullable, object } from '../kit/schema.ts';
import { departmentsSchema, type FunctionMap, functionsSchema } from './granted.ts';

export interface TokenAnswer {
  readonly id: number;
  readonly name: string;
  readonly hint: string;
  readonly functions: FunctionMap;
  readonly departments: readonly number[] | null;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly usedAt: string | null;
  readonly usedFrom: string | null;
}

export const tokenSchema: TUnsafe<TokenAnswer> = named<TokenAnswer>('Token')(
  object({
    id: Type.Integer(),
    name: Type.String(),
    hint: Type.String({ description: 'First characters of the token' }),
    functions: functionsSchema,
    departments: departmentsSchema,
    createdBy: Type.String({ description: 'Administrator for whom it acts' }),
    createdAt: moment(),
    expiresAt: nullable(moment()),
    usedAt: nullable(moment()),
    usedFrom: nullable(Type.String()),
  }),
);

function at(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

export function tokenAnswer(token: ApiToken): TokenAnswer {
  return {
    ...token,
    functions: Object.fromEntries(token.functions),
    createdAt: new Date(token.createdAt).toISOString(),
    expiresAt: at(token.expiresAt),
    usedAt: at(token.usedAt),
  };
}
