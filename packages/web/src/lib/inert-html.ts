/** What the browser asks for where Trusted Types are enforced; absent elsewhere. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML: (html: string) => string },
  ): { createHTML(html: string): string };
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
// The only use of this policy is a document that never becomes live: nothing in it runs or loads.
const policy = trustedTypes?.createPolicy('hongyan-inert', { createHTML: html => html });

/** Parses HTML into a document that runs nothing and loads nothing. Its nodes must not reach a live document uncleaned. */
export function parseInert(html: string): Document {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, 'text/html');
}
