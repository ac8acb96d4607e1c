import { type TSchema, type TUnsafe, Type } from 'typebox';
import {
  type AdminAccess,
  type AdminFunction,
  type Administration,
  adminFunctions,
} from '../../../access/administration.ts';
import { named, nullable, object, oneOf } from '../kit/schema.ts';

/** Functions of the console with how far each goes. Those that are left out are not granted. */
export type FunctionMap = Partial<Record<AdminFunction, AdminAccess>>;

/** What an administrator or a token may do. */
export interface Granted {
  readonly functions: FunctionMap;
  /** Departments in reach, with those below them; null: all. */
  readonly departments: readonly number[] | null;
}

export const functionsSchema: TUnsafe<FunctionMap> = named<FunctionMap>('Functions')(
  object(
    Object.fromEntries(
      adminFunctions.map(name => [name, Type.Optional(oneOf(['view', 'manage']))]),
    ) as Record<string, TSchema>,
    { description: 'Functions of the console; those left out are not granted' },
  ),
);

const maxDepartments = 1_000;

export const departmentsSchema: TUnsafe<number[] | null> = nullable(
  Type.Array(Type.Integer({ minimum: 1 }), {
    maxItems: maxDepartments,
    description: 'Departments in reach, with those below them; null: all',
  }),
);

export function grantedTo(administration: Administration): Granted {
  const { functions, departments } = administration;
  return { functions: Object.fromEntries(functions), departments: departments && [...departments] };
}

/** Entries of a request's function map. */
export function functionsOf(map: FunctionMap): ReadonlyMap<AdminFunction, AdminAccess> {
  return new Map(
    adminFunctions.flatMap((name): [AdminFunction, AdminAccess][] => {
      const access = map[name];
      return access === undefined ? [] : [[name, access]];
    }),
  );
}
