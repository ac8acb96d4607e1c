import type { MailError } from '../platform/errors.ts';
import type { Candidate } from './screen.ts';

/** What a company's rule says: let it through, or answer with the error. `fields` as in `ScreenVerdict`. */
export type PolicyVerdict =
  | { readonly kind: 'pass'; readonly fields?: string }
  | { readonly kind: 'refuse'; readonly error: MailError };

/** One kind of rule. Rules look only at their own tenant's traffic. */
export type PolicyRule = (candidate: Candidate) => Promise<PolicyVerdict>;

/** Applies the rules in their order; the first refusal ends it and is thrown. Returns the fields to put in front. */
export async function applyPolicy(rules: readonly PolicyRule[], candidate: Candidate): Promise<string> {
  let fields = '';
  for (const rule of rules) {
    const verdict = await rule(candidate);
    if (verdict.kind === 'refuse') throw verdict.error;
    fields += verdict.fields ?? '';
  }
  return fields;
}

/** The rules of this release: none. They are added here, in the order in which they apply. */
export const policyRules: readonly PolicyRule[] = [];
