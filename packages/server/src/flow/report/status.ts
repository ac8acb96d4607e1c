import type { PhraseKey } from '@hongyan/phrases/phrases.ts';

/** Phrases that explain a failure. */
export type ReasonKey = Extract<PhraseKey, `report.why.${string}`>;

/** Phrases by RFC 3463 subject and detail; a subject alone stands for its other details. */
const meanings: Readonly<Record<string, ReasonKey>> = {
  '1': 'report.why.address_unknown',
  '1.2': 'report.why.domain_unknown',
  '1.10': 'report.why.domain_unknown',
  '2': 'report.why.other',
  '2.1': 'report.why.disabled',
  '2.2': 'report.why.full',
  '2.3': 'report.why.too_large',
  '3': 'report.why.other',
  '3.4': 'report.why.too_large',
  '4': 'report.why.unreachable',
  '4.6': 'report.why.loop',
  '4.7': 'report.why.expired',
  '6': 'report.why.content',
  '7': 'report.why.refused',
  '7.5': 'report.why.encryption',
  '7.10': 'report.why.encryption',
  '7.30': 'report.why.encryption',
};

/** What a status code (RFC 3463) means, as a phrase for people. */
export function meaningOf(status: string): ReasonKey {
  const [, subject = '', detail = ''] = status.split('.', 3);
  return meanings[`${subject}.${detail}`] ?? meanings[subject] ?? 'report.why.other';
}
