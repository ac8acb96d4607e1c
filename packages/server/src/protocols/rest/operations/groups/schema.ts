import { type TUnsafe, Type } from 'typebox';
import { type Group, type GroupSummary, postings } from '../../../../directory/groups/types.ts';
import { identifier, moment, named, object, oneOf } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

const posting = oneOf(postings, {
  description:
    'Who may write to it: people of the company, its members, anyone, or only those who are listed',
});
const departmentIds = Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
  maxItems: 10_000,
  description: 'Those of departments below are included; 0 is the whole company',
});
const tagIds = Type.Array(identifier('Tag'), { maxItems: 10_000 });
const addresses = Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { maxItems: 10_000 });

/** What can be set of a group; a list replaces the one there was. */
export const settings: {
  displayName: Type.TOptional<Type.TString>;
  members: Type.TOptional<Type.TArray<Type.TString>>;
  departments: Type.TOptional<Type.TArray<Type.TInteger>>;
  tags: Type.TOptional<Type.TArray<TUnsafe<number>>>;
  posting: Type.TOptional<TUnsafe<'anyone' | 'company' | 'listed' | 'members'>>;
  senders: Type.TOptional<Type.TArray<Type.TString>>;
  senderDepartments: Type.TOptional<Type.TArray<Type.TInteger>>;
  senderTags: Type.TOptional<Type.TArray<TUnsafe<number>>>;
  representatives: Type.TOptional<Type.TArray<TUnsafe<number>>>;
} = {
  displayName: Type.Optional(Type.String({ maxLength: 200 })),
  members: Type.Optional(addresses),
  departments: Type.Optional(departmentIds),
  tags: Type.Optional(tagIds),
  posting: Type.Optional(posting),
  senders: Type.Optional(addresses),
  senderDepartments: Type.Optional(departmentIds),
  senderTags: Type.Optional(tagIds),
  representatives: Type.Optional(Type.Array(identifier('Account'), { maxItems: 1_000 })),
};

/** Octets of a body: a group of 10,000 addresses. */
export const bodyOctets: number = 4 * 1024 * 1024;

type GroupAnswer = Omit<Group, 'groupId' | 'createdAt'> & { readonly id: number; readonly createdAt: string };
type SummaryAnswer = Omit<GroupSummary, 'groupId' | 'createdAt'> & {
  readonly id: number;
  readonly createdAt: string;
};

export const groupSummarySchema: TUnsafe<SummaryAnswer> = named<SummaryAnswer>('GroupSummary')(
  object({
    id: identifier('Group'),
    address: Type.String(),
    displayName: Type.String(),
    posting,
    memberCount: Type.Integer({ description: 'Addresses that are direct members' }),
    createdAt: moment(),
  }),
);

export const groupSchema: TUnsafe<GroupAnswer> = named<GroupAnswer>('Group')(
  object({
    id: identifier('Group'),
    address: Type.String(),
    displayName: Type.String(),
    members: Type.Array(Type.String()),
    departments: Type.Array(Type.Integer()),
    tags: Type.Array(Type.Integer()),
    posting,
    senders: Type.Array(Type.String()),
    senderDepartments: Type.Array(Type.Integer()),
    senderTags: Type.Array(Type.Integer()),
    representatives: Type.Array(
      object({ accountId: identifier('Account'), address: Type.String(), displayName: Type.String() }),
    ),
    createdAt: moment(),
  }),
);

export function groupAnswer({ groupId, createdAt, ...rest }: Group): GroupAnswer {
  return { ...rest, id: groupId, createdAt: momentOf(createdAt) };
}

export function summaryAnswer({ groupId, createdAt, ...rest }: GroupSummary): SummaryAnswer {
  return { ...rest, id: groupId, createdAt: momentOf(createdAt) };
}
