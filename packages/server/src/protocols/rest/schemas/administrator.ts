import { type TUnsafe, Type } from 'typebox';
import type { Administrator } from '../../../directory/administrators/administrators.ts';
import { moment, named, object, oneOf } from '../kit/schema.ts';
import { departmentsSchema, type FunctionMap, functionsSchema } from './granted.ts';

export interface AdministratorAnswer {
  readonly accountId: number;
  readonly address: string;
  readonly name: string;
  readonly role: 'owner' | 'super' | 'scoped';
  readonly disabled: boolean;
  readonly functions: FunctionMap;
  readonly departments: readonly number[] | null;
  readonly createdAt: string;
}

export const administratorSchema: TUnsafe<AdministratorAnswer> = named<AdministratorAnswer>('Administrator')(
  object({
    accountId: Type.Integer(),
    address: Type.String(),
    name: Type.String(),
    role: oneOf(['owner', 'super', 'scoped'], {
      description: 'Exactly one owner; owner and super may do everything, scoped what the rest says',
    }),
    disabled: Type.Boolean(),
    functions: functionsSchema,
    departments: departmentsSchema,
    createdAt: moment(),
  }),
);

export function administratorAnswer(administrator: Administrator): AdministratorAnswer {
  return {
    ...administrator,
    functions: Object.fromEntries(administrator.functions),
    createdAt: new Date(administrator.createdAt).toISOString(),
  };
}
