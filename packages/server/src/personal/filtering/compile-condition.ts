import type { RuleCondition, TextOperator } from '../types/rule.ts';
import { joined, literalPattern, quoted, strings } from './sieve-text.ts';

/** Item of the environment (RFC 5183) that holds the names of attachments, each between line feeds. */
export const attachmentsItem = 'vnd.hongyan.attachments';

/** Largest number of a Sieve script that every reader takes (RFC 5228 §2.4.1). */
const maxNumber = 2 ** 31 - 1;

const comparator = ':comparator "i;unicode-casemap"';

type Positive = 'contains' | 'is' | 'startsWith' | 'endsWith';

const opposite: Readonly<Partial<Record<string, Positive>>> = { notContains: 'contains', isNot: 'is' };

function matchOf(operator: Positive, value: string): string {
  if (operator === 'contains') return `:contains ${comparator} %s ${quoted(value)}`;
  if (operator === 'is') return `:is ${comparator} %s ${quoted(value)}`;
  const literal = literalPattern(value);
  const pattern = operator === 'startsWith' ? `${literal}*` : `*${literal}`;
  return `:matches ${comparator} %s ${quoted(pattern)}`;
}

function header(names: readonly string[], operator: Positive, value: string): string {
  return `header ${matchOf(operator, value).replace('%s', () => strings(names))}`;
}

function addressTest(names: readonly string[], operator: Positive, value: string): string {
  const address = `address :all ${matchOf(operator, value).replace('%s', () => strings(names))}`;
  // The name shown counts too, unless the whole address is asked for.
  return operator === 'is' ? address : joined([address, header(names, operator, value)], 'any');
}

function bodyTest(operator: Positive, value: string): string {
  return `body :text ${matchOf(operator, value).replace('%s ', '')}`;
}

function attachmentTest(operator: Positive, value: string): string {
  const before = operator === 'is' || operator === 'startsWith' ? '\n' : '';
  const after = operator === 'is' || operator === 'endsWith' ? '\n' : '';
  return `environment :contains ${comparator} ${quoted(attachmentsItem)} ${quoted(before + value + after)}`;
}

function positiveTest(condition: RuleCondition, operator: Positive, value: string): string {
  switch (condition.field) {
    case 'from':
    case 'to':
    case 'cc':
      return addressTest([condition.field], operator, value);
    case 'recipient':
      return addressTest(['to', 'cc'], operator, value);
    case 'subject':
      return header(['subject'], operator, value);
    case 'listId':
      return header(['list-id'], operator, value);
    case 'header':
      return header([condition.header ?? ''], operator, value);
    case 'body':
      return bodyTest(operator, value);
    case 'text':
      return joined([header(['subject'], operator, value), bodyTest(operator, value)], 'any');
    default:
      return attachmentTest(operator, value);
  }
}

/** One condition of a rule as a Sieve test. */
export function compileCondition(condition: RuleCondition): string {
  const { field, operator, value } = condition;
  if (field === 'size') {
    const size = Number(value);
    if (operator === 'over') return size > maxNumber ? 'false' : `size :over ${size}`;
    return size > maxNumber ? 'true' : `size :under ${size}`;
  }
  if (operator === 'exists') return `exists ${quoted(condition.header ?? 'list-id')}`;
  const text = String(value ?? '');
  const positive = opposite[operator];
  if (positive !== undefined) return `not ${positiveTest(condition, positive, text)}`;
  return positiveTest(condition, operator as Exclude<TextOperator, 'notContains' | 'isNot'>, text);
}
