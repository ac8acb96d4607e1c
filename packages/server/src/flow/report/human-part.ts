import { createPhrases, type Phrases } from '@hongyan/phrases/phrases.ts';
import type { ReportAction, ReportEntry } from './rules.ts';
import { meaningOf } from './status.ts';

/** The languages of a report: it may be read by anybody, so both are in it. */
const languages = [createPhrases('zh-CN'), createPhrases('en')];

/** Order of the sections, worst first. */
const actions: readonly ReportAction[] = ['failed', 'delayed', 'relayed', 'expanded', 'delivered'];

/** Longest answer of another server that is quoted. */
const longestAnswer = 500;

/** Subject of a report, in both languages, by its worst entry. */
export function reportSubject(entries: readonly ReportEntry[], subject: string): string {
  const worst = actions.find(action => entries.some(entry => entry.action === action));
  const kind = worst === 'failed' || worst === 'delayed' ? worst : 'success';
  return languages
    .map(phrases =>
      phrases.say(`report.subject.${kind}`, { subject: subject || phrases.say('report.no_subject') }),
    )
    .join(' / ');
}

/** Name that reports come from. */
export function reportSenderName(): string {
  return languages.map(phrases => phrases.say('report.sender')).join(' / ');
}

/** The explanation for people, Chinese and English, with CRLF line ends. `intro` comes first, if any. */
export function humanPart(
  entries: readonly ReportEntry[],
  queueId: string,
  intro: ((phrases: Phrases) => string) | null = null,
): string {
  const parts = languages.map(phrases => {
    const lines = intro ? [intro(phrases), ''] : [];
    for (const action of actions) lines.push(...section(phrases, action, entries));
    lines.push(phrases.say('report.queue_id', { id: queueId }));
    return lines.join('\r\n');
  });
  return `${parts.join(`\r\n\r\n${'-'.repeat(40)}\r\n\r\n`)}\r\n`;
}

function section(phrases: Phrases, action: ReportAction, all: readonly ReportEntry[]): string[] {
  const entries = all.filter(entry => entry.action === action);
  if (entries.length === 0) return [];
  const lines = [phrases.say(`report.${action}`), ''];
  for (const { recipient, diagnostic } of entries) {
    lines.push(`  ${oneLine(recipient.details.original ?? recipient.address)}`);
    if (action === 'failed' || action === 'delayed') {
      lines.push(`  ${phrases.say('report.reason', { reason: phrases.say(meaningOf(diagnostic.status)) })}`);
      const said = diagnostic.reply;
      if (said) {
        const answer = oneLine(`${said.code} ${said.lines.join(' ')}`).slice(0, longestAnswer);
        lines.push(`  ${phrases.say('report.answer', { answer })}`);
      }
    }
    lines.push('');
  }
  const until = entries.find(entry => entry.until !== undefined)?.until;
  if (until !== undefined) {
    const time = new Date(until).toISOString().slice(0, 16).replace('T', ' ');
    lines.push(phrases.say('report.delayed_until', { until: time }), '');
  }
  return lines;
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
