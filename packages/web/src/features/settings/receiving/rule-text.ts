import type { MailPhrases } from '@hongyan/phrases/mail/zh.ts';
import type { MailStore } from '../../../jmap/mail-store.ts';
import type { FilterRule, RuleAction, RuleCondition } from '../../../jmap/personal.ts';
import { mailboxName } from '../../folders/mailboxes.ts';

function conditionText(condition: RuleCondition, texts: MailPhrases): string {
  const words = texts.receiving.rules;
  const field = condition.field === 'header' ? (condition.header ?? '') : words.field[condition.field];
  const value =
    condition.field === 'size' && typeof condition.value === 'number'
      ? `${Math.round(condition.value / 1024)} KB`
      : condition.value === null
        ? ''
        : `“${condition.value}”`;
  return `${field} ${words.operator[condition.operator]} ${value}`.trim();
}

function actionText(action: RuleAction, store: MailStore, texts: MailPhrases): string {
  const word = texts.receiving.rules.action[action.type];
  switch (action.type) {
    case 'move':
    case 'copy': {
      const mailbox = store.mailboxes.get(action.mailboxId);
      return `${word} “${mailbox ? mailboxName(mailbox, texts) : '?'}”`;
    }
    case 'label':
      return `${word} “${store.personal.labels.get(action.labelId)?.name ?? '?'}”`;
    case 'forward':
      return `${word} ${action.address}`;
    default:
      return word;
  }
}

/** A rule as one sentence. */
export function ruleText(rule: FilterRule, store: MailStore, texts: MailPhrases): string {
  const words = texts.receiving.rules;
  const joint = rule.match === 'all' ? ' + ' : ' / ';
  const conditions = rule.conditions.length
    ? rule.conditions.map(condition => conditionText(condition, texts)).join(joint)
    : words.noConditions;
  return `${conditions} → ${rule.actions.map(action => actionText(action, store, texts)).join(', ')}`;
}
