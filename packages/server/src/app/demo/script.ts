import type { Person } from './people.ts';
import type { Random } from './random.ts';

/** A file that goes along with a message; `files.ts` makes it. */
export interface DemoFile {
  readonly kind: 'pdf' | 'csv' | 'png' | 'ics' | 'txt';
  readonly name: string;
  /** Heading of what is in it. */
  readonly title: string;
}

/** One message of a conversation. */
export interface Turn {
  readonly from: Person;
  readonly to: readonly Person[];
  readonly cc?: readonly Person[];
  readonly text: string;
  readonly files?: readonly DemoFile[];
  /** Hours after the message before. */
  readonly after?: readonly [min: number, max: number];
}

/** A conversation: all turns answer the first one's subject. */
export interface Conversation {
  readonly subject: string;
  readonly turns: readonly Turn[];
  readonly language: 'zh' | 'en';
}

/** Who and what a scene can draw on. */
export interface Stage {
  readonly random: Random;
  readonly staff: readonly Person[];
  /** Day of the conversation, for dates in the text. */
  readonly day: Date;
  by(local: string): Person;
  of(department: string): readonly Person[];
  /** Somebody of a department, none of `without`. */
  someone(department: string, ...without: readonly Person[]): Person;
}

/** Makes one conversation. */
export type Scene = (stage: Stage) => Conversation;

/** A day some days after the stage's, as `11月25日`. */
export function dateZh(day: Date, offset = 0): string {
  const date = new Date(day.getTime() + offset * 86_400_000);
  return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
}

const weekdaysZh = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/** As `11月25日（周三）`. */
export function dateWithDayZh(day: Date, offset = 0): string {
  const date = new Date(day.getTime() + offset * 86_400_000);
  return `${dateZh(day, offset)}（${weekdaysZh[date.getUTCDay()]}）`;
}

const monthsEn = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** As `25 November`. */
export function dateEn(day: Date, offset = 0): string {
  const date = new Date(day.getTime() + offset * 86_400_000);
  return `${date.getUTCDate()} ${monthsEn[date.getUTCMonth()]}`;
}

/** The first `count` turns: not every conversation comes to its end. */
export function opening(count: number, turns: readonly Turn[]): readonly Turn[] {
  return turns.slice(0, count);
}
