import { parseTagList } from '../dkim/tag-list.ts';

/** What a domain wants done with mail that fails (RFC 7489 §6.3). */
export type DmarcPolicy = 'none' | 'quarantine' | 'reject';

/** A DMARC record (RFC 7489 §6.3, with `np`, `psd` and `t` of RFC 9989). */
export interface DmarcRecord {
  readonly policy: DmarcPolicy;
  /** For names below that exist. */
  readonly below: DmarcPolicy;
  /** For names below that do not exist. */
  readonly missing: DmarcPolicy;
  readonly strictDkim: boolean;
  readonly strictSpf: boolean;
  /** Share of failing mail that the policy is applied to, percent. */
  readonly percent: number;
  /** The domain is only trying: the policy one step milder applies. */
  readonly testing: boolean;
  /** `y`: a public suffix, `n`: an organisation's top, `u`: neither was said. */
  readonly suffix: 'y' | 'n' | 'u';
}

function policyOf(text: string | undefined): DmarcPolicy | null {
  const value = text?.toLowerCase();
  return value === 'none' || value === 'quarantine' || value === 'reject' ? value : null;
}

/**
 * Reads a TXT record; null for what is no DMARC record. Policies that cannot be read make it `none` when reports are asked
 * for, else there is no record (RFC 7489 §6.6.3 step 6).
 */
export function parseDmarcRecord(text: string): DmarcRecord | null {
  if (!/^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/i.test(text.slice(0, 40))) return null;
  const tags = parseTagList(text);
  if (tags === null) return null;
  const policy = policyOf(tags.get('p'));
  const [below, missing] = ['sp', 'np'].map(name => policyOf(tags.get(name)));
  const broken = (below === null && tags.has('sp')) || (missing === null && tags.has('np'));
  const reports = (tags.get('rua') ?? '').includes(':');
  if ((policy === null || broken) && !reports) return null;
  const [own, under] = policy === null || broken ? (['none', 'none'] as const) : [policy, below ?? policy];
  const percent = tags.get('pct') ?? '';
  const suffix = (tags.get('psd') ?? '').toLowerCase();
  return {
    policy: own,
    below: under,
    missing: policy === null || broken ? 'none' : (missing ?? under),
    strictDkim: (tags.get('adkim') ?? '').toLowerCase() === 's',
    strictSpf: (tags.get('aspf') ?? '').toLowerCase() === 's',
    percent: /^[0-9]{1,3}$/.test(percent) ? Math.min(Number(percent), 100) : 100,
    testing: (tags.get('t') ?? '').toLowerCase() === 'y',
    suffix: suffix === 'y' || suffix === 'n' ? suffix : 'u',
  };
}
