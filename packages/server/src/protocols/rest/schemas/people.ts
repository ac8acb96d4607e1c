import { type TUnsafe, Type } from 'typebox';
import type { Department } from '../../../directory/departments/departments.ts';
import type { Member } from '../../../directory/members/member.ts';
import type { Page as DomainPage } from '../../../directory/paging.ts';
import type { OutwardField } from '../../../directory/profiles/profile.ts';
import type { Tag } from '../../../directory/tags/tags.ts';
import { identifier, moment, named, nullable, object, oneOf, type Page } from '../kit/schema.ts';

/** A page of the domain as the API answers it. */
export function pageAnswer<From, To>(
  page: DomainPage<From> & { readonly total?: number },
  answer: (item: From) => To,
): Page<To> {
  return {
    items: page.items.map(answer),
    next: page.nextCursor,
    ...(page.total !== undefined && { total: page.total }),
  };
}

export function momentOf(ms: number): string {
  return new Date(ms).toISOString();
}

export interface PlaceAnswer {
  readonly id: number;
  readonly main: boolean;
  readonly leader: boolean;
}

const placeSchema: TUnsafe<PlaceAnswer> = named<PlaceAnswer>('Place')(
  object({
    id: Type.Integer({ description: 'Department' }),
    main: Type.Boolean({ description: 'The one that stands first' }),
    leader: Type.Boolean(),
  }),
);

/** Places as they are asked for. */
export const wantedPlaces: Type.TArray<
  Type.TObject<{
    id: TUnsafe<number>;
    main: Type.TOptional<Type.TBoolean>;
    leader: Type.TOptional<Type.TBoolean>;
  }>
> = Type.Array(
  object({
    id: identifier('Department'),
    main: Type.Optional(Type.Boolean()),
    leader: Type.Optional(Type.Boolean()),
  }),
  { maxItems: 100 },
);

export function placesOf(
  places: readonly { readonly id: number; readonly main?: boolean; readonly leader?: boolean }[],
): { readonly departmentId: number; readonly main?: boolean; readonly leader?: boolean }[] {
  return places.map(({ id, ...rest }) => ({ departmentId: id, ...rest }));
}

export const outwardSchema: Type.TArray<
  Type.TObject<{
    name: Type.TString;
    value: Type.TString;
  }>
> = Type.Array(object({ name: Type.String({ maxLength: 200 }), value: Type.String({ maxLength: 200 }) }), {
  maxItems: 20,
  description: 'What outsiders are shown beside the name',
});

const text = (description: string) => Type.Optional(Type.String({ maxLength: 100, description }));

/** Fields of a profile as they are asked for. */
export const profileInput: {
  englishName: Type.TOptional<Type.TString>;
  jobTitle: Type.TOptional<Type.TString>;
  mobile: Type.TOptional<Type.TString>;
  phone: Type.TOptional<Type.TString>;
  employeeNumber: Type.TOptional<Type.TString>;
  gender: Type.TOptional<TUnsafe<'female' | 'male' | null>>;
  outward: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        name: Type.TString;
        value: Type.TString;
      }>
    >
  >;
  language: Type.TOptional<TUnsafe<'en' | 'zh-CN' | null>>;
  quotaBytes: Type.TOptional<TUnsafe<number | null>>;
  departments: Type.TOptional<
    Type.TArray<
      Type.TObject<{
        id: TUnsafe<number>;
        main: Type.TOptional<Type.TBoolean>;
        leader: Type.TOptional<Type.TBoolean>;
      }>
    >
  >;
  userId: Type.TOptional<Type.TString>;
} = {
  englishName: text('English name'),
  jobTitle: text('Job title'),
  mobile: text('Mobile number; China when no country is named. Unique in the company'),
  phone: text('Telephone'),
  employeeNumber: text('Employee number'),
  gender: Type.Optional(nullable(oneOf(['male', 'female']))),
  outward: Type.Optional(outwardSchema),
  language: Type.Optional(nullable(oneOf(['zh-CN', 'en']))),
  quotaBytes: Type.Optional(
    nullable(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Null: what the plan gives',
      }),
    ),
  ),
  departments: Type.Optional(wantedPlaces),
  userId: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Unique in the company' })),
};

export interface MemberAnswer {
  readonly id: number;
  readonly userId: string;
  readonly name: string;
  readonly englishName: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly role: 'member' | 'administrator';
  readonly language: string | null;
  readonly departments: readonly PlaceAnswer[];
  readonly jobTitle: string;
  readonly mobile: string;
  readonly phone: string;
  readonly employeeNumber: string;
  readonly gender: 'male' | 'female' | null;
  readonly outward: readonly OutwardField[];
  readonly vip: boolean;
  readonly hidden: boolean;
  readonly disabled: boolean;
  readonly quotaBytes: number | null;
  readonly effectiveQuotaBytes: number | null;
  readonly generatedAddress: boolean;
  readonly createdAt: string;
}

export const memberSchema: TUnsafe<MemberAnswer> = named<MemberAnswer>('Member')(
  object({
    id: Type.Integer(),
    userId: Type.String({ description: 'Account, unique in the company' }),
    name: Type.String(),
    englishName: Type.String(),
    address: Type.String(),
    aliases: Type.Array(Type.String()),
    role: oneOf(['member', 'administrator']),
    language: nullable(Type.String()),
    departments: Type.Array(placeSchema, { description: 'The main one first' }),
    jobTitle: Type.String(),
    mobile: Type.String(),
    phone: Type.String(),
    employeeNumber: Type.String(),
    gender: nullable(oneOf(['male', 'female'])),
    outward: outwardSchema,
    vip: Type.Boolean(),
    hidden: Type.Boolean(),
    disabled: Type.Boolean(),
    quotaBytes: nullable(Type.Integer({ description: 'Allotted; null: what the plan gives' })),
    effectiveQuotaBytes: nullable(Type.Integer({ description: 'What holds; null: no limit' })),
    generatedAddress: Type.Boolean({ description: 'Made by the system: may be changed once' }),
    secondFactor: Type.Boolean({ description: 'A second factor is on' }),
    activated: Type.Boolean({ description: 'There is a password to sign in with' }),
    createdAt: moment(),
  }),
);

export function memberAnswer(member: Member): MemberAnswer {
  const { tenantId: _, accountId, departments, quotaMessages: __, createdAt, ...rest } = member;
  return {
    ...rest,
    id: accountId,
    departments: departments.map(({ departmentId, main, leader }) => ({ id: departmentId, main, leader })),
    createdAt: momentOf(createdAt),
  };
}

export interface DepartmentAnswer {
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
  readonly path: readonly string[];
  readonly position: number;
  readonly hidden: boolean;
  readonly view: 'company' | 'branch' | null;
  readonly members: number;
  readonly places: number;
}

export const departmentSchema: TUnsafe<DepartmentAnswer> = named<DepartmentAnswer>('Department')(
  object({
    id: Type.Integer(),
    parentId: nullable(Type.Integer({ description: 'Null: directly below the company' })),
    name: Type.String(),
    path: Type.Array(Type.String(), { description: 'Names from the top' }),
    position: Type.Integer({ description: 'Order among siblings' }),
    hidden: Type.Boolean({ description: 'Not in the address book, nor what is below' }),
    view: nullable(oneOf(['company', 'branch'], { description: 'Whom its people see; null: as above' })),
    members: Type.Integer({ description: 'Members directly in it' }),
    places: Type.Integer({ description: 'Places of members in it and below' }),
  }),
);

export function departmentAnswer({ departmentId, ...rest }: Department): DepartmentAnswer {
  return { id: departmentId, ...rest };
}

export interface TagAnswer {
  readonly id: number;
  readonly name: string;
  readonly members: number;
  readonly departments: number;
}

export const tagSchema: TUnsafe<TagAnswer> = named<TagAnswer>('Tag')(
  object({
    id: Type.Integer(),
    name: Type.String(),
    members: Type.Integer({ description: 'As they were put in' }),
    departments: Type.Integer(),
  }),
);

export function tagAnswer({ tagId, ...rest }: Tag): TagAnswer {
  return { id: tagId, ...rest };
}

/** Ids of members or departments in a body. */
export const identifiers: (description: string) => Type.TArray<TUnsafe<number>> = (description: string) =>
  Type.Array(identifier(description), { maxItems: 1_000 });
