import type { Phrases } from '@hongyan/phrases/phrases.ts';
import type { NoticeEvent } from './events.ts';

export interface NoticeWords {
  readonly subject: string;
  readonly text: string;
}

/** A notice in somebody's language. */
export function noticeWords(
  phrases: Phrases,
  notice: { readonly kind: string; readonly details: string },
): NoticeWords {
  const values = JSON.parse(notice.details) as Record<string, string | number>;
  // Names that are stored as codes are said in words.
  for (const [name, prefix] of [
    ['action', 'operation.'],
    ['job', 'notice.jobs.'],
    ['error', 'error.'],
  ] as const) {
    const code = values[name];
    if (typeof code === 'string') values[name] = phrases.find(`${prefix}${code}`) ?? code;
  }
  return {
    subject: phrases.find(`notice.${notice.kind}.subject`, values) ?? notice.kind,
    text: phrases.find(`notice.${notice.kind}.text`, values) ?? '',
  };
}

/** What an event is called. */
export function eventName(phrases: Phrases, event: NoticeEvent): string {
  return phrases.find(`noticeEvent.${event}`) ?? event;
}
