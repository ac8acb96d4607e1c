/**
 * For our own pages: scripts, styles and connections from this host only. Style attributes are allowed, because the
 * editor and quoted mail need them; inline scripts and style elements are not, nor is text made into script. Frames of
 * `blob:` are PDF in the browser's own viewer: only our scripts can make such an address.
 */
export const pagePolicy: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types dompurify hongyan-inert hongyan-worker',
].join('; ');

/** For the page a mail's body is put into: no scripts, nothing from elsewhere, and only our own pages may frame it. */
const messageFramePolicy = [
  "default-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Headers of `message-frame.html` that differ from every other page's. */
export const messageFrameHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': messageFramePolicy,
  'x-frame-options': 'SAMEORIGIN',
};

/** For bytes that came by mail: they may not run, load or frame anything. */
export const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** What every answer carries, whatever it is. */
export function securityHeaders(encrypted: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': pagePolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    ...(encrypted ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
