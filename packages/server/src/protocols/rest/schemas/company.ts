import { type TUnsafe, Type } from 'typebox';
import type { CompanyInformation, companyOverview } from '../../../directory/company/information.ts';
import { type CompanyPolicies, profileFields } from '../../../directory/company/policies.ts';
import { moment, named, nullable, object, oneOf } from '../kit/schema.ts';
import { momentOf } from './people.ts';

const informationFields = {
  name: Type.String(),
  shortName: Type.String(),
  industry: Type.String(),
  phone: Type.String(),
  website: Type.String(),
  postalAddress: Type.String(),
  hasLogo: Type.Boolean(),
};

export const informationSchema: TUnsafe<CompanyInformation> = named<CompanyInformation>('CompanyInformation')(
  object(informationFields),
);

export interface CompanyAnswer {
  readonly information: CompanyInformation;
  readonly plan: {
    readonly name: string;
    readonly entitlements: readonly string[];
    readonly limits: Readonly<Record<string, number | null>>;
    readonly memberSeats: number | null;
    readonly vipSeats: number | null;
  };
  readonly use: {
    readonly members: number;
    readonly vipSeats: number;
    readonly publicMailboxes: number;
    readonly publicMailboxLimit: number | null;
  };
  readonly mailStoppedAt: string | null;
}

export const companySchema: TUnsafe<CompanyAnswer> = named<CompanyAnswer>('Company')(
  object({
    information: informationSchema,
    plan: object({
      name: Type.String(),
      entitlements: Type.Array(Type.String()),
      limits: Type.Record(Type.String(), nullable(Type.Integer()), { description: 'Null: no limit' }),
      memberSeats: nullable(Type.Integer()),
      vipSeats: nullable(Type.Integer()),
    }),
    use: object({
      members: Type.Integer(),
      vipSeats: Type.Integer(),
      publicMailboxes: Type.Integer(),
      publicMailboxLimit: nullable(Type.Integer()),
    }),
    mailStoppedAt: nullable(moment('Since when the mail service is stopped')),
  }),
);

export function companyAnswer(overview: Awaited<ReturnType<typeof companyOverview>>): CompanyAnswer {
  const { plan, mailStoppedAt } = overview;
  return {
    information: overview.information,
    plan: {
      name: plan.name,
      entitlements: [...plan.entitlements],
      limits: { ...plan.limits },
      memberSeats: plan.memberSeats,
      vipSeats: plan.vipSeats,
    },
    use: overview.use,
    mailStoppedAt: mailStoppedAt === null ? null : momentOf(mailStoppedAt),
  };
}

const fields = Type.Array(oneOf(profileFields), { maxItems: profileFields.length });

const policyFields = {
  rename: oneOf(['free', 'once', 'never'], { description: 'Whether addresses may be changed' }),
  view: oneOf(['company', 'branch'], { description: 'Whom members see when no department says otherwise' }),
  shownFields: fields,
  outwardFields: fields,
  memberExport: Type.Boolean({ description: 'Members may export the address book' }),
};

export const policiesSchema: TUnsafe<CompanyPolicies> = named<CompanyPolicies>('CompanyPolicies')(
  object(policyFields),
);

export const policyInput: Type.TObject<{
  rename: Type.TOptional<TUnsafe<'free' | 'never' | 'once'>>;
  view: Type.TOptional<TUnsafe<'branch' | 'company'>>;
  shownFields: Type.TOptional<
    Type.TArray<TUnsafe<'employeeNumber' | 'englishName' | 'gender' | 'jobTitle' | 'mobile' | 'phone'>>
  >;
  outwardFields: Type.TOptional<
    Type.TArray<TUnsafe<'employeeNumber' | 'englishName' | 'gender' | 'jobTitle' | 'mobile' | 'phone'>>
  >;
  memberExport: Type.TOptional<Type.TBoolean>;
}> = object({
  rename: Type.Optional(policyFields.rename),
  view: Type.Optional(policyFields.view),
  shownFields: Type.Optional(fields),
  outwardFields: Type.Optional(fields),
  memberExport: Type.Optional(policyFields.memberExport),
});
