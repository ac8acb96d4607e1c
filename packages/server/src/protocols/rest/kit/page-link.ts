import { MailError } from '../../../platform/errors.ts';

/** Address of a page (`/join/…`) of the webmail that lies at `origin` (`https://mail.example.com`). Throws `input.invalid`. */
export function pageLink(origin: string, path: string): string {
  const url = URL.parse(origin);
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.origin !== origin) {
    throw new MailError('input.invalid', { in: 'body', field: '/origin' });
  }
  return `${origin}${path}`;
}
