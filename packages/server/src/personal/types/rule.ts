import { isArray, isObject, type Json, type JsonObject, own, textOf } from '@hongyan/formats/jmap/json.ts';
import { invalidProperties, SetError } from '@hongyan/formats/jmap/method-error.ts';
import type { PersonalLimits } from '../context.ts';
import type { ObjectKind } from '../objects/kind.ts';
import { address, bool, type Check, int, line, list, oneOf, record, text } from '../objects/shape.ts';

export const conditionFields = [
  'from',
  'to',
  'cc',
  'recipient',
  'subject',
  'body',
  'text',
  'attachmentName',
  'size',
  'listId',
  'header',
] as const;
export type ConditionField = (typeof conditionFields)[number];

export const textOperators = ['contains', 'notContains', 'is', 'isNot', 'startsWith', 'endsWith'] as const;
export type TextOperator = (typeof textOperators)[number];

/** One condition of a rule, as it is kept. */
export interface RuleCondition {
  readonly field: ConditionField;
  readonly header?: string;
  readonly operator: TextOperator | 'over' | 'under' | 'exists';
  readonly value: string | number | null;
}

/** What a rule does. */
export type RuleAction =
  | { readonly type: 'move' | 'copy'; readonly mailboxId: string }
  | { readonly type: 'label'; readonly labelId: string }
  | { readonly type: 'star' | 'markRead' | 'delete' | 'toDo' }
  | { readonly type: 'forward'; readonly address: string; readonly keepCopy: boolean }
  | { readonly type: 'refuse'; readonly reason: string };

/** A FilterRule (FLT-01). */
export interface Rule {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly sortOrder: number;
  readonly match: 'all' | 'any';
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly RuleAction[];
  readonly stop: boolean;
}

/** Characters that one condition may look for. */
const maxValue = 500;

const fieldName: Check = value => typeof value === 'string' && /^[\x21-\x39\x3b-\x7e]{1,80}$/.test(value);

function isCondition(value: Json): boolean {
  if (!isObject(value)) return false;
  const field = textOf(value, 'field');
  const operator = textOf(value, 'operator');
  const common = { field: oneOf(...conditionFields), operator: text(20) };
  const withHeader: Readonly<Record<string, Check>> = field === 'header' ? { header: fieldName } : {};
  if (field === 'size') {
    const size = int(0, Number.MAX_SAFE_INTEGER);
    return record({ ...common, operator: oneOf('over', 'under'), value: size })(value);
  }
  if (operator === 'exists') {
    const exists = { ...common, ...withHeader, value: (given: Json) => given === null };
    return (field === 'header' || field === 'listId') && record(exists, ['value'])(value);
  }
  const compared = { ...common, ...withHeader, operator: oneOf(...textOperators), value: line(maxValue, 1) };
  return record(compared)(value);
}

const actionForms: readonly Check[] = [
  record({ type: oneOf('move', 'copy'), mailboxId: line(255, 1) }),
  record({ type: oneOf('label'), labelId: line(255, 1) }),
  record({ type: oneOf('star', 'markRead', 'delete', 'toDo') }),
  record({ type: oneOf('forward'), address, keepCopy: bool }),
  record({ type: oneOf('refuse'), reason: text(1_000, 1) }),
];

const isAction: Check = value => actionForms.some(form => form(value));

/** What a rule may look like. */
export function ruleShape({
  maxConditions,
  maxActions,
}: PersonalLimits): Readonly<Record<keyof Rule, Check>> {
  return {
    name: line(100),
    isEnabled: bool,
    sortOrder: int(0, 2 ** 31),
    match: oneOf('all', 'any'),
    conditions: list(isCondition, maxConditions),
    actions: list(isAction, maxActions),
    stop: bool,
  };
}

export const ruleDefaults: JsonObject = {
  name: '',
  isEnabled: true,
  sortOrder: 0,
  match: 'all',
  conditions: [],
  stop: true,
};

/** Throws for actions that do not go together. */
export function checkActions(value: JsonObject): void {
  const actions = own(value, 'actions');
  const types = isArray(actions) ? actions.map(one => (isObject(one) ? textOf(one, 'type') : '')) : [];
  if (types.length === 0) throw invalidProperties(['actions'], 'at least one');
  if (types.includes('refuse') && types.length > 1) {
    throw invalidProperties(['actions'], 'refuse stands alone');
  }
  if (types.filter(type => type === 'move' || type === 'delete').length > 1) {
    throw invalidProperties(['actions'], 'a mail goes to one place');
  }
}

/** Filter rules (FLT-01). What they name has been resolved to ids of this account before. */
export const ruleKind: ObjectKind = {
  type: 'rule',
  name: 'FilterRule',
  prefix: 'fr',
  shape: ruleShape,
  defaults: ruleDefaults,
  serverSet: new Set(['id']),
  immutable: new Set(),
  max: limits => limits.maxRules,
  async settle(_ctx, _table, { value }): Promise<JsonObject> {
    checkActions(value);
    return value;
  },
};

/** The rule of an object that was checked. */
export function ruleOf(value: JsonObject): Rule {
  return value as unknown as Rule;
}

/** The actions with other ids in place of those that `resolve` knows. Throws `invalidProperties` for those it does not. */
export function withResolvedIds(value: JsonObject, resolve: (id: string) => string | null): JsonObject {
  const actions = own(value, 'actions');
  if (!isArray(actions)) return value;
  const resolved = actions.map(action => {
    if (!isObject(action)) return action;
    const entries = Object.entries(action).map(([name, member]) => {
      if ((name !== 'mailboxId' && name !== 'labelId') || typeof member !== 'string') return [name, member];
      const id = resolve(member);
      if (id === null) throw new SetError('invalidProperties', 'no such id', { properties: ['actions'] });
      return [name, id];
    });
    return Object.fromEntries(entries) as JsonObject;
  });
  return { ...value, actions: resolved };
}
