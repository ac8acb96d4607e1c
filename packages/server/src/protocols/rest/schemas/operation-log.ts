import { createPhrases, type Language } from '@hongyan/phrases/phrases.ts';
import { type Static, type TInteger, type TOptional, type TString, type TUnsafe, Type } from 'typebox';
import type { LoggedOperation, OperationFilter } from '../../../directory/administrators/operation-log.ts';
import { MailError } from '../../../platform/errors.ts';
import { moment, named, nullable, object } from '../kit/schema.ts';

export interface OperationAnswer {
  readonly id: number;
  readonly at: string;
  readonly actorId: number | null;
  readonly actor: string;
  readonly action: string;
  /** In words. */
  readonly summary: string;
  readonly targetKind: string;
  readonly target: string;
  readonly clientAddress: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export const operationSchema: TUnsafe<OperationAnswer> = named<OperationAnswer>('Operation')(
  object({
    id: Type.Integer(),
    at: moment(),
    actorId: nullable(Type.Integer()),
    actor: Type.String({ description: 'Who, in words that outlive the account' }),
    action: Type.String({ description: 'Stable name: `member.disabled`' }),
    summary: Type.String({ description: 'The action in the language of Accept-Language' }),
    targetKind: Type.String(),
    target: Type.String(),
    clientAddress: nullable(Type.String()),
    details: Type.Record(Type.String(), Type.Unknown(), { description: 'What was before and after' }),
  }),
);

const phrases = { 'zh-CN': createPhrases('zh-CN'), en: createPhrases('en') };

export function operationAnswer(operation: LoggedOperation, language: Language): OperationAnswer {
  return {
    ...operation,
    at: new Date(operation.at).toISOString(),
    summary: phrases[language].find(`operation.${operation.action}`) ?? operation.action,
  };
}

/** Filters of the list and of the export. */
export const operationFilters: {
  readonly from: TOptional<TString>;
  readonly to: TOptional<TString>;
  readonly actorId: TOptional<TInteger>;
  readonly actor: TOptional<TString>;
  readonly action: TOptional<TString>;
  readonly targetKind: TOptional<TString>;
  readonly target: TOptional<TString>;
} = {
  from: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
  to: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Exclusive' })),
  actorId: Type.Optional(Type.Integer({ minimum: 1 })),
  actor: Type.Optional(Type.String({ minLength: 1, maxLength: 320, description: 'Part of who did it' })),
  action: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z_.]{1,100}$',
      description: 'An action, or how several begin: `member.`',
    }),
  ),
  targetKind: Type.Optional(Type.String({ pattern: '^[A-Za-z_]{1,50}$' })),
  target: Type.Optional(
    Type.String({ minLength: 1, maxLength: 320, description: 'Part of the object’s name' }),
  ),
};

type Filters = { readonly [Key in keyof typeof operationFilters]?: Static<(typeof operationFilters)[Key]> };

export function operationFilter(query: Filters): OperationFilter {
  const { from, to, actorId, actor, action, targetKind, target } = query;
  return {
    ...(from !== undefined && { from: at('from', from) }),
    ...(to !== undefined && { to: at('to', to) }),
    ...(actorId !== undefined && { actorId }),
    ...(actor !== undefined && { actor: actor.toLowerCase() }),
    ...(action !== undefined && { action }),
    ...(targetKind !== undefined && { targetKind }),
    ...(target !== undefined && { target: target.toLowerCase() }),
  };
}

function at(field: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new MailError('input.invalid', { in: 'query', field });
  return ms;
}
