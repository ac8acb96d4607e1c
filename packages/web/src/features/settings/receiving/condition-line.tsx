import type { ReactElement } from 'react';
import type { ConditionField, RuleCondition } from '../../../jmap/personal.ts';
import { useTexts } from '../../../lib/language.ts';
import { IconX } from '../../../ui/icons.ts';

type Operator = RuleCondition['operator'];

const fields = [
  'from',
  'recipient',
  'to',
  'cc',
  'subject',
  'body',
  'text',
  'attachmentName',
  'size',
  'listId',
  'header',
] as const;
const forText: readonly Operator[] = ['contains', 'notContains', 'is', 'isNot', 'startsWith', 'endsWith'];

/** What may be asked of a field. */
function operatorsOf(field: ConditionField): readonly Operator[] {
  if (field === 'size') return ['over', 'under'];
  return field === 'header' || field === 'listId' ? [...forText, 'exists'] : forText;
}

interface ConditionLineProps {
  readonly condition: RuleCondition;
  readonly onChange: (condition: RuleCondition) => void;
  readonly onRemove: () => void;
}

/** One condition: field, operator, value. */
export function ConditionLine({ condition, onChange, onRemove }: ConditionLineProps): ReactElement {
  const texts = useTexts();
  const words = texts.receiving.rules;
  const operators = operatorsOf(condition.field);

  function change(part: Partial<RuleCondition>): void {
    const next = { ...condition, ...part };
    const allowed = operatorsOf(next.field);
    const operator = allowed.includes(next.operator) ? next.operator : (allowed[0] ?? 'contains');
    const sized = next.field === 'size';
    const value =
      operator === 'exists'
        ? null
        : sized
          ? typeof next.value === 'number'
            ? next.value
            : 1024 * 1024
          : typeof next.value === 'string'
            ? next.value
            : '';
    const { header, ...rest } = next;
    onChange({
      ...rest,
      operator,
      value,
      ...(next.field === 'header' ? { header: header ?? 'X-Priority' } : {}),
    });
  }

  return (
    <div className="rule-line">
      <select
        className="field"
        aria-label={words.conditions}
        value={condition.field}
        onChange={event => {
          const field = fields.find(name => name === event.target.value);
          if (field) change({ field });
        }}
      >
        {fields.map(field => (
          <option key={field} value={field}>
            {words.field[field]}
          </option>
        ))}
      </select>
      {condition.field === 'header' && (
        <input
          className="field"
          aria-label={words.header}
          value={condition.header ?? ''}
          maxLength={100}
          onChange={event => change({ header: event.target.value })}
        />
      )}
      <select
        className="field"
        aria-label={words.match}
        value={condition.operator}
        onChange={event => {
          const operator = operators.find(name => name === event.target.value);
          if (operator) change({ operator });
        }}
      >
        {operators.map(operator => (
          <option key={operator} value={operator}>
            {words.operator[operator]}
          </option>
        ))}
      </select>
      {condition.field === 'size' ? (
        <span className="row grow">
          <input
            className="field"
            type="number"
            min={1}
            aria-label={words.value}
            value={Math.round(Number(condition.value) / 1024)}
            onChange={event => change({ value: Math.max(1, Number(event.target.value)) * 1024 })}
          />
          {words.bytes}
        </span>
      ) : (
        condition.operator !== 'exists' && (
          <input
            className="field grow"
            aria-label={words.value}
            value={String(condition.value ?? '')}
            maxLength={500}
            onChange={event => change({ value: event.target.value })}
          />
        )
      )}
      <button type="button" className="tool" aria-label={words.removeLine} onClick={onRemove}>
        <IconX className="icon" size={16} />
      </button>
    </div>
  );
}
