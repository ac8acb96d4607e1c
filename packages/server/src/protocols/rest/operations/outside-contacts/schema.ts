import { type TUnsafe, Type } from 'typebox';
import {
  outsideContactLimits as limits,
  type OutsideContact,
  type OutsideContactGroup,
} from '../../../../directory/outside-contacts/types.ts';
import { identifier, moment, named, nullable, object } from '../../kit/schema.ts';
import { momentOf } from '../../schemas/paged.ts';

const text = Type.Optional(Type.String({ maxLength: limits.text }));

/** What can be set beside the address. */
export const settings: {
  groupId: Type.TOptional<TUnsafe<number | null>>;
  name: Type.TOptional<Type.TString>;
  organisation: Type.TOptional<Type.TString>;
  jobTitle: Type.TOptional<Type.TString>;
  mobile: Type.TOptional<Type.TString>;
  phone: Type.TOptional<Type.TString>;
  note: Type.TOptional<Type.TString>;
} = {
  groupId: Type.Optional(nullable(identifier('Group of outside contacts'))),
  name: text,
  organisation: text,
  jobTitle: text,
  mobile: text,
  phone: text,
  note: Type.Optional(Type.String({ maxLength: limits.note })),
};

type ContactAnswer = Omit<OutsideContact, 'createdAt' | 'updatedAt'> & {
  readonly createdAt: string;
  readonly updatedAt: string;
};

export const contactSchema: TUnsafe<ContactAnswer> = named<ContactAnswer>('OutsideContact')(
  object({
    id: identifier('Contact'),
    groupId: nullable(Type.Integer({ description: 'Null: in no group' })),
    name: Type.String(),
    address: Type.String(),
    organisation: Type.String(),
    jobTitle: Type.String(),
    mobile: Type.String(),
    phone: Type.String(),
    note: Type.String(),
    createdAt: moment(),
    updatedAt: moment(),
  }),
);

export const contactGroupSchema: TUnsafe<OutsideContactGroup> = named<OutsideContactGroup>(
  'OutsideContactGroup',
)(object({ id: identifier('Group'), name: Type.String(), contacts: Type.Integer() }));

export function contactAnswer(contact: OutsideContact): ContactAnswer {
  const { createdAt, updatedAt } = contact;
  return { ...contact, createdAt: momentOf(createdAt), updatedAt: momentOf(updatedAt) };
}
