import type { Rule, RuleAction } from '../types/rule.ts';
import { compileCondition } from './compile-condition.ts';
import { joined, quoted } from './sieve-text.ts';

/** Keyword of mails that are to be dealt with. */
export const toDoKeyword = '$todo';

/** What rules name, as Sieve knows it. */
export interface RuleNames {
  /** Path of a mailbox, joined by slashes; null when it is gone. */
  mailbox(id: string): string | null;
  /** Keyword of a label; null when it is gone. */
  keyword(labelId: string): string | null;
  /** Path of the folder for what is deleted. */
  readonly trash: string;
  /** Whether the company lets mail be sent on (SRC-10). */
  readonly mayForward: boolean;
}

/** What actions come in: marks before what files, what ends everything last. */
const order: readonly RuleAction['type'][] = [
  'label',
  'star',
  'markRead',
  'toDo',
  'copy',
  'move',
  'forward',
  'delete',
  'refuse',
];

function addFlag(flag: string): string {
  return `addflag ${quoted(flag)};`;
}

function compileAction(action: RuleAction, names: RuleNames): string {
  switch (action.type) {
    case 'label': {
      const keyword = names.keyword(action.labelId);
      return keyword === null ? '' : addFlag(keyword);
    }
    case 'star':
      return addFlag('\\Flagged');
    case 'markRead':
      return addFlag('\\Seen');
    case 'toDo':
      return addFlag(toDoKeyword);
    case 'copy':
    case 'move': {
      const path = names.mailbox(action.mailboxId);
      if (path === null) return '';
      return `fileinto${action.type === 'copy' ? ' :copy' : ''} ${quoted(path)};`;
    }
    case 'forward':
      if (!names.mayForward) return '';
      return `redirect${action.keepCopy ? ' :copy' : ''} ${quoted(action.address)};`;
    case 'delete':
      return `fileinto :create ${quoted(names.trash)}; stop;`;
    case 'refuse':
      return `reject ${quoted(action.reason)}; stop;`;
    default:
      return action satisfies never;
  }
}

/** The rules that are on, in the order in which they run. */
export function runningRules<One extends Rule>(rules: readonly One[]): One[] {
  return rules.filter(rule => rule.isEnabled).toSorted((a, b) => a.sortOrder - b.sortOrder);
}

/**
 * The rules as Sieve commands. A rule with `stop` keeps those after it from being asked, but not what follows the rules:
 * so the others stand in its `else`.
 */
export function compileRules(rules: readonly Rule[], names: RuleNames): string {
  let text = '';
  // Whether the text is one `if` with its branches: then it can go on as an `elsif`.
  let chain = false;
  for (const rule of runningRules(rules).toReversed()) {
    const test = joined(
      rule.conditions.map(compileCondition),
      rule.conditions.length === 0 ? 'all' : rule.match,
    );
    const actions = rule.actions
      .toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type))
      .map(action => compileAction(action, names))
      .filter(command => command !== '');
    const block = `{ ${actions.join(' ')} }`;
    const head = `if ${test} ${block}\n`;
    if (!rule.stop) {
      chain = text === '';
      text = head + text;
    } else {
      if (text === '') text = head;
      else text = chain ? `${head}els${text}` : `${head}else {\n${text}}\n`;
      chain = true;
    }
  }
  return text;
}
