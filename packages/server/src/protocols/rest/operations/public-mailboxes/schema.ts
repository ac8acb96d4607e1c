import { type TUnsafe, Type } from 'typebox';
import type { PublicMailbox, PublicMailboxSummary } from '../../../../directory/public-mailboxes/types.ts';
import { identifier, moment, named, nullable, object } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

const quota = nullable(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }));
const departmentIds = Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
  maxItems: 1_000,
  description: 'Everybody in them and below may use it; 0 is the whole company',
});

/** What can be set; a list replaces the one there was. */
export const settings: {
  displayName: Type.TOptional<Type.TString>;
  users: Type.TOptional<Type.TArray<TUnsafe<number>>>;
  departments: Type.TOptional<Type.TArray<Type.TInteger>>;
  tags: Type.TOptional<Type.TArray<TUnsafe<number>>>;
  quotaBytes: Type.TOptional<TUnsafe<number | null>>;
} = {
  displayName: Type.Optional(Type.String({ maxLength: 200 })),
  users: Type.Optional(
    Type.Array(identifier('Account'), { maxItems: 10_000, description: 'Members who may use it' }),
  ),
  departments: Type.Optional(departmentIds),
  tags: Type.Optional(Type.Array(identifier('Tag'), { maxItems: 1_000 })),
  quotaBytes: Type.Optional(quota),
};

const summary = {
  id: identifier('Account'),
  address: Type.String(),
  displayName: Type.String(),
  disabled: Type.Boolean(),
  userCount: Type.Integer({ description: 'Users chosen one by one' }),
  quotaBytes: nullable(Type.Integer({ description: 'Null: no limit' })),
  createdAt: moment(),
};

type Shown<Item> = Omit<Item, 'accountId' | 'createdAt'> & {
  readonly id: number;
  readonly createdAt: string;
};

export const publicMailboxSummarySchema: TUnsafe<Shown<PublicMailboxSummary>> = named<
  Shown<PublicMailboxSummary>
>('PublicMailboxSummary')(object(summary));

export const publicMailboxSchema: TUnsafe<Shown<PublicMailbox>> = named<Shown<PublicMailbox>>(
  'PublicMailbox',
)(
  object({
    ...summary,
    aliases: Type.Array(Type.String()),
    users: Type.Array(
      object({ accountId: identifier('Account'), address: Type.String(), displayName: Type.String() }),
    ),
    departments: Type.Array(Type.Integer()),
    tags: Type.Array(Type.Integer()),
  }),
);

export function shown<Item extends PublicMailboxSummary>(mailbox: Item): Shown<Item> {
  const { accountId, createdAt, ...rest } = mailbox;
  return { ...rest, id: accountId, createdAt: momentOf(createdAt) };
}
