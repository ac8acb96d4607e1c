/**
 * For our own pages: scripts, styles and connections from this host only. Inline styles are allowed because mail shown
 * in a frame without scripts inherits this policy; inline scripts never are.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

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
