import { fileSize } from '../../file-size.ts';
import type { ConsolePhrases } from '../zh.ts';

/** What stands behind numbers in details, and how times are written. */
export interface DetailNames {
  /** Null: not known. */
  readonly department: (id: number) => string | null;
  readonly account: (id: number) => string | null;
  readonly tag: (id: number) => string | null;
  readonly time: (at: number | string) => string;
}

/** What of the texts details are said with. */
export type DetailTexts = Pick<ConsolePhrases, 'logs' | 'security' | 'shell'>;

/** One thing that an operation set or changed, in words. */
export interface DetailLine {
  readonly key: string;
  readonly label: string;
  /** Null: there is nothing to compare with. */
  readonly before: string | null;
  readonly after: string | null;
}

type Details = Readonly<Record<string, unknown>>;

/** Numbers and dates that say nothing to people who read on the same page who, when and what. */
const unsaidFields = [
  'accountId',
  'createdAt',
  'departmentId',
  'groupId',
  'hasLogo',
  'id',
  'jobId',
  'tagId',
  'tenantId',
  'updatedAt',
  'userId',
] as const;
const unsaid: ReadonlySet<string> = new Set(unsaidFields);

/** Names that details may use: they have words in every language, or are left unsaid. */
export type DetailField = keyof ConsolePhrases['logs']['change']['fields'] | (typeof unsaidFields)[number];

/** The field in words; its name where a newer server recorded one that is not known here. */
function fieldLabel(texts: DetailTexts, key: string): string {
  const labels: Readonly<Record<string, string>> = texts.logs.change.fields;
  return Object.hasOwn(labels, key) ? (labels[key] ?? key) : key;
}

const bytes: ReadonlySet<string> = new Set(['quotaBytes', 'effectiveQuotaBytes']);
const times: ReadonlySet<string> = new Set(['expiresAt', 'signsFrom', 'takesOverAt']);
const departments: ReadonlySet<string> = new Set(['departments', 'senderDepartments', 'places']);
const accounts: ReadonlySet<string> = new Set([
  'accountIds',
  'accounts',
  'from',
  'members',
  'successorId',
  'to',
  'toAccountId',
]);

/** Where a single number is an account's, not how many there are. */
const oneAccount: ReadonlySet<string> = new Set(['from', 'successorId', 'to', 'toAccountId']);
const tags: ReadonlySet<string> = new Set(['tags', 'senderTags']);

/** People named in one line; of more only the number is said. */
const mostNamed = 20;

function isDetails(value: unknown): value is Details {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Accounts that the details name by their numbers, so that their names can be asked for. */
export function accountsIn(details: Details): readonly number[] {
  const found = new Set<number>();
  const look = (part: unknown): void => {
    if (!isDetails(part)) return;
    for (const [key, value] of Object.entries(part)) {
      if (key === 'before' || key === 'after') look(value);
      else if (accounts.has(key)) {
        const given = Array.isArray(value) ? value : oneAccount.has(key) ? [value] : [];
        const list = given.filter(id => typeof id === 'number');
        if (list.length <= mostNamed) for (const id of list) found.add(id);
      }
    }
  };
  look(details);
  return [...found];
}

/** What an operation says beside who, when and on what: before and after, or just what was set. */
export function detailLines(details: Details, texts: DetailTexts, names: DetailNames): readonly DetailLine[] {
  const words = texts.logs.change;
  const say = (key: string, value: unknown): string => valueText(key, value, texts, names);
  const label = (key: string): string => fieldLabel(texts, key);
  const { before, after, ...rest } = details;
  const lines: DetailLine[] = Object.keys(rest)
    .filter(key => !unsaid.has(key))
    .map(key => ({ key, label: label(key), before: null, after: say(key, rest[key]) }));
  if (before === undefined && after === undefined) return lines;
  if (!isDetails(before) && !isDetails(after)) {
    const old = before === undefined ? null : say('', before);
    return [
      { key: '', label: words.whole, before: old, after: after === undefined ? null : say('', after) },
      ...lines,
    ];
  }
  const old = isDetails(before) ? before : null;
  const next = isDetails(after) ? after : null;
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(next ?? {})]);
  const changes = [...keys]
    .filter(key => !unsaid.has(key))
    .filter(key => !old || !next || JSON.stringify(old[key]) !== JSON.stringify(next[key]))
    // Of something new or gone only what is set is worth a line.
    .filter(key => (old && next) || !isEmpty((next ?? old)?.[key]))
    .map(
      (key): DetailLine => ({
        key,
        label: label(key),
        before: old && key in old ? say(key, old[key]) : null,
        after: next && key in next ? say(key, next[key]) : null,
      }),
    );
  return [...changes, ...lines];
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function valueText(key: string, value: unknown, texts: DetailTexts, names: DetailNames): string {
  const words = texts.logs.change;
  if (isEmpty(value))
    return key === 'departments' && value === null ? texts.security.wholeCompany : texts.shell.none;
  if (typeof value === 'boolean') return value ? texts.shell.yes : texts.shell.no;
  if (Array.isArray(value)) return listText(key, value, texts, names);
  if (isDetails(value)) return objectText(key, value, texts, names);
  if (typeof value === 'number') {
    if (bytes.has(key)) return fileSize(value);
    if (times.has(key)) return names.time(value);
    if (departments.has(key)) return names.department(value) ?? words.lost(value);
    if (oneAccount.has(key)) return names.account(value) ?? words.person(value);
    return value.toLocaleString('en');
  }
  const text = String(value);
  if (times.has(key)) return names.time(text);
  if (key === 'posting' && text === 'company') return words.postings;
  return Object.hasOwn(words.values, text) ? (words.values[text] ?? text) : text;
}

function listText(key: string, list: readonly unknown[], texts: DetailTexts, names: DetailNames): string {
  const words = texts.logs.change;
  if (accounts.has(key) && list.length > mostNamed && list.every(one => typeof one === 'number'))
    return words.people(list.length);
  const entry = (one: unknown): string => {
    if (typeof one === 'number' && accounts.has(key)) return names.account(one) ?? words.person(one);
    if (typeof one === 'number' && tags.has(key)) return names.tag(one) ?? words.person(one);
    return valueText(key, one, texts, names);
  };
  const shown = list.slice(0, mostNamed).map(entry);
  return list.length > mostNamed
    ? `${shown.join(words.separator)} … ${words.many(list.length)}`
    : shown.join(words.separator);
}

function objectText(key: string, value: Details, texts: DetailTexts, names: DetailNames): string {
  const words = texts.logs.change;
  if (key === 'functions')
    return Object.entries(value)
      .map(([name, access]) =>
        words.granted(texts.security.functions[name] ?? name, valueText('', access, texts, names)),
      )
      .join(words.separator);
  if (key === 'rights') {
    const held = Object.keys(value).filter(name => value[name] === true);
    return held.length === 0
      ? texts.shell.none
      : held.map(name => words.rights[name] ?? name).join(words.separator);
  }
  // A place of a member: the department, and what one is there.
  const parts = Object.entries(value).filter(
    ([name, part]) => name !== 'id' && name !== 'departmentId' && part !== false && !isEmpty(part),
  );
  const id = value['id'] ?? value['departmentId'];
  const place = typeof id === 'number' ? [names.department(id) ?? words.lost(id)] : [];
  return [
    ...place,
    ...parts.map(([name, part]) =>
      part === true
        ? fieldLabel(texts, name)
        : `${fieldLabel(texts, name)}: ${valueText(name, part, texts, names)}`,
    ),
  ].join(' ');
}

/** The same in one line, as for a cell of a table: nothing where nothing else was recorded. */
export function detailText(details: Details, texts: DetailTexts, names: DetailNames): string {
  const words = texts.logs.change;
  return detailLines(details, texts, names)
    .map(({ label, before, after }) =>
      words.line(label, before === null ? (after ?? '–') : `${before} → ${after ?? '–'}`),
    )
    .join(words.lineEnd);
}
