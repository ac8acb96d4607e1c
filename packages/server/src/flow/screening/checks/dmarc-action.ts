import type { Findings } from '../findings.ts';
import type { ScreeningOptions } from '../options.ts';
import { isWithin, provenList, trustedForwarder } from './lists.ts';

/** What is done with a message because of its author's domain. `note`: why not more, for the trace. */
export interface DmarcAction {
  readonly action: 'none' | 'junk' | 'refuse';
  /** Why the domain's wish is not followed; null when it is, or there is none. */
  readonly exception: string | null;
}

type Wishes = Pick<ScreeningOptions, 'dmarcReject' | 'dmarcQuarantine' | 'trustedSealers' | 'trustedLists'>;

/**
 * Follows a DMARC policy as far as the installation wants it. Forwarders that we trust and lists that we trust take it
 * back; what comes through any other mailing list that is proven to be one goes to the junk folder instead of being
 * refused, because a refusal would throw the reader off the list (RFC 7960 §4). What has several authors, or one that cannot be
 * read, goes to the junk folder: it would get around every policy otherwise (RFC 7489 §6.6.1, RFC 5322 §3.6). So does what
 * has a header too large to be read whole: an author may stand in the rest.
 */
export function dmarcAction(findings: Findings, wishes: Wishes): DmarcAction {
  const { dmarc, author, signatures } = findings;
  // Nobody's policy can be asked, while programs show one of the names as the sender.
  if (!signatures.whole || author.kind === 'several' || author.kind === 'broken')
    return wishes.dmarcReject === 'note'
      ? { action: 'none', exception: 'policy' }
      : { action: 'junk', exception: null };
  if (dmarc?.result !== 'fail' || dmarc.policy === 'none') return { action: 'none', exception: null };
  const wish = dmarc.policy === 'reject' ? wishes.dmarcReject : wishes.dmarcQuarantine;
  if (wish === 'note') return { action: 'none', exception: 'policy' };
  const forwarder = trustedForwarder(findings, wishes.trustedSealers);
  if (forwarder !== null) return { action: 'none', exception: `arc ${forwarder}` };
  const list = provenList(findings);
  if (list !== null && wishes.trustedLists.some(trusted => isWithin(list, trusted)))
    return { action: 'none', exception: `list ${list}` };
  if (list !== null && wish === 'refuse') return { action: 'junk', exception: `list ${list}` };
  if (wish === 'refuse' && mayBeForwarded(findings, wishes))
    return { action: 'junk', exception: 'arc not known' };
  return { action: wish, exception: null };
}

/** Whether a forwarder that we trust says to have sealed it, and nobody could tell now whether that is so. */
function mayBeForwarded({ signatures }: Findings, { trustedSealers }: Wishes): boolean {
  const { result, chain } = signatures.arc;
  const seal = chain.kind === 'chain' ? chain.sets.at(-1)?.seal : undefined;
  return result === 'temperror' && trustedSealers.some(sealer => seal && isWithin(seal.domain, sealer));
}
