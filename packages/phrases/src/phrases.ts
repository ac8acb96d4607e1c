import { commandPhrases } from './en/command.ts';
import { configPhrases } from './en/config.ts';
import { domainPhrases } from './en/domains.ts';
import { errorPhrases } from './en/errors.ts';
import { helpPhrases } from './en/help.ts';
import { imapPhrases } from './en/imap.ts';
import { mailboxPhrases } from './en/mailbox.ts';
import { noticePhrases } from './en/notices.ts';
import { operationPhrases } from './en/operations.ts';
import { personalPhrases } from './en/personal.ts';
import { pop3Phrases } from './en/pop3.ts';
import { reportPhrases } from './en/report.ts';
import { serverPhrases } from './en/server.ts';
import { sharingPhrases } from './en/sharing.ts';
import { sievePhrases } from './en/sieve.ts';
import { commandPhrases as commandPhrasesZh } from './zh-cn/command.ts';
import { configPhrases as configPhrasesZh } from './zh-cn/config.ts';
import { domainPhrases as domainPhrasesZh } from './zh-cn/domains.ts';
import { errorPhrases as errorPhrasesZh } from './zh-cn/errors.ts';
import { helpPhrases as helpPhrasesZh } from './zh-cn/help.ts';
import { imapPhrases as imapPhrasesZh } from './zh-cn/imap.ts';
import { mailboxPhrases as mailboxPhrasesZh } from './zh-cn/mailbox.ts';
import { noticePhrases as noticePhrasesZh } from './zh-cn/notices.ts';
import { operationPhrases as operationPhrasesZh } from './zh-cn/operations.ts';
import { personalPhrases as personalPhrasesZh } from './zh-cn/personal.ts';
import { pop3Phrases as pop3PhrasesZh } from './zh-cn/pop3.ts';
import { reportPhrases as reportPhrasesZh } from './zh-cn/report.ts';
import { serverPhrases as serverPhrasesZh } from './zh-cn/server.ts';
import { sharingPhrases as sharingPhrasesZh } from './zh-cn/sharing.ts';
import { sievePhrases as sievePhrasesZh } from './zh-cn/sieve.ts';

/** Languages that every phrase exists in. English is the one that keys and placeholders are checked against. */
export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

type English = typeof errorPhrases &
  typeof domainPhrases &
  typeof configPhrases &
  typeof serverPhrases &
  typeof commandPhrases &
  typeof mailboxPhrases &
  typeof helpPhrases &
  typeof reportPhrases &
  typeof sharingPhrases &
  typeof sievePhrases &
  typeof personalPhrases &
  typeof pop3Phrases &
  typeof imapPhrases &
  typeof operationPhrases &
  typeof noticePhrases;

const en: English = {
  ...errorPhrases,
  ...domainPhrases,
  ...configPhrases,
  ...serverPhrases,
  ...commandPhrases,
  ...mailboxPhrases,
  ...helpPhrases,
  ...reportPhrases,
  ...sharingPhrases,
  ...sievePhrases,
  ...personalPhrases,
  ...pop3Phrases,
  ...imapPhrases,
  ...operationPhrases,
  ...noticePhrases,
};

export type PhraseKey = keyof English;

const zhCn: Record<PhraseKey, string> = {
  ...errorPhrasesZh,
  ...domainPhrasesZh,
  ...configPhrasesZh,
  ...serverPhrasesZh,
  ...commandPhrasesZh,
  ...mailboxPhrasesZh,
  ...helpPhrasesZh,
  ...reportPhrasesZh,
  ...sharingPhrasesZh,
  ...sievePhrasesZh,
  ...personalPhrasesZh,
  ...pop3PhrasesZh,
  ...imapPhrasesZh,
  ...operationPhrasesZh,
  ...noticePhrasesZh,
};

/** All phrases by language and key, for checking the catalogues. */
export const catalogues: Readonly<Record<Language, Readonly<Record<PhraseKey, string>>>> = {
  en,
  'zh-CN': zhCn,
};

/** Names in braces of a phrase: `'{days} {days|day|days}'` has `days`. */
type Placeholder<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? (Inside extends `${infer Name}|${string}` ? Name : Inside) | Placeholder<Rest>
  : never;

/** Values that a phrase needs; none for a phrase without placeholders. */
export type PhraseValues<Key extends PhraseKey> = [Placeholder<English[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholder<English[Key]>, string | number>>];

/** Says a phrase in one language. */
export interface Phrases {
  readonly language: Language;
  /**
   * The text of `key` with its placeholders filled.
   *
   * @example
   * say('config.unknown_key', { key: 'smpt' })
   */
  say<Key extends PhraseKey>(key: Key, ...values: PhraseValues<Key>): string;
  /** The text of a key that is known only at run time, such as `error.<code>`; null when there is none. */
  find(key: string, values?: Readonly<Record<string, string | number | boolean>>): string | null;
}

/**
 * Puts values into `{name}` places, and the first word of `{name|one|many}` where the value is 1, else the second. A place
 * without a value stays as it is.
 */
function fill(text: string, values: Readonly<Record<string, string | number | boolean>>): string {
  return text.replaceAll(
    /\{([a-zA-Z]+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g,
    (place, name: string, one?: string, many?: string) => {
      if (!Object.hasOwn(values, name)) return place;
      return one === undefined ? String(values[name]) : String(Number(values[name]) === 1 ? one : many);
    },
  );
}

export function createPhrases(language: Language): Phrases {
  const catalogue: Readonly<Record<string, string>> = catalogues[language];
  const find = (
    key: string,
    values: Readonly<Record<string, string | number | boolean>> = {},
  ): string | null => {
    const text = Object.hasOwn(catalogue, key) ? catalogue[key] : undefined;
    return text === undefined ? null : fill(text, values);
  };
  return {
    language,
    say: (key, ...values) => find(key, values[0] ?? {}) ?? key,
    find,
  };
}

/**
 * The language for a locale name as `LANG` has it (`zh_CN.UTF-8`) or an Accept-Language entry (`zh-TW`): Chinese of any
 * kind is zh-CN, everything else English.
 */
export function languageOf(locale: string | undefined): Language {
  return /^zh(?:[-_.]|$)/i.test(locale ?? '') ? 'zh-CN' : 'en';
}

/** The first language of an HTTP Accept-Language header that we have (RFC 9110 §12.5.4); quality values decide. */
export function acceptedLanguage(header: string | undefined): Language {
  const wanted = (header ?? '')
    .slice(0, 1_000)
    .split(',')
    .map((entry, index) => {
      const [tag = '', ...parameters] = entry.split(';').map(part => part.trim());
      const quality = parameters.find(parameter => parameter.startsWith('q='));
      return { tag, weight: quality ? Number(quality.slice(2)) || 0 : 1, index };
    })
    .filter(entry => /^(?:zh|en)(?:-|$)/i.test(entry.tag) && entry.weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  return languageOf(wanted[0]?.tag);
}
