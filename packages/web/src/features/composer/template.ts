import type { MailStore } from '../../jmap/mail-store.ts';
import type { Template } from '../../jmap/personal.ts';
import type { Address, GetResponse, Identity } from '../../jmap/types.ts';
import { displayName } from '../../lib/addresses.ts';
import type { Language } from '../../lib/language.ts';
import { type Card, valuesOf } from '../contacts/card.ts';
import { contactsCapability } from '../contacts/contacts-store.ts';
import { escapeHtml } from './draft.ts';

export type Values = Readonly<Record<string, string>>;

/** Puts values in place of `{{name}}` and its like (CMP-09); what is not known stays, to be filled in by hand. */
export function fillPlaceholders(text: string, values: Values, escape: (value: string) => string): string {
  return text.replaceAll(/\{\{\s*(\w{1,40})\s*\}\}/g, (whole, name: string) => {
    const value = values[name.toLowerCase()];
    return value ? escape(value) : whole;
  });
}

/** The first placeholder that nobody has filled in, or null. */
export function leftPlaceholder(text: string): string | null {
  return /\{\{\s*\w{1,40}\s*\}\}/.exec(text)?.[0] ?? null;
}

/** What is known about the recipient and oneself: from the contacts, the address line and the calendar. */
export async function placeholderValues(
  store: MailStore,
  to: Address | undefined,
  identity: Identity | undefined,
  language: Language,
): Promise<Values> {
  const values: Record<string, string> = {
    date: new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'long' }).format(),
    sender: identity?.name || (identity?.email ?? ''),
    name: to ? displayName(to) : '',
  };
  if (!to || !store.client.offers(contactsCapability)) return values;
  try {
    const [, cards] = (await store.client.call([
      ['ContactCard/query', { filter: { email: to.email }, limit: 1 }],
      ['ContactCard/get', { '#ids': { resultOf: '0', name: 'ContactCard/query', path: '/ids' } }],
    ])) as unknown as readonly [unknown, readonly [string, GetResponse<Card>, string]];
    const [card] = cards[1].list;
    if (card) {
      const known = valuesOf(card);
      values['name'] = known.name || (values['name'] ?? '');
      values['company'] = known.organization;
      values['title'] = known.job;
    }
  } catch {
    // Without the contacts the address line has to do.
  }
  return values;
}

/** A template filled in: subject as text, body as HTML. */
export function fillTemplate(template: Template, values: Values): { subject: string; html: string } {
  return {
    subject: fillPlaceholders(template.subject, values, value => value),
    html: fillPlaceholders(template.htmlBody, values, escapeHtml),
  };
}
