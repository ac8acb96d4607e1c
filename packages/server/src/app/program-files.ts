import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Paths here hold for the source, which is packages/server/src/app, and for the built program in packages/server/dist/NAME.
 */

/** The release, as the package says. */
export function programVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}

/** Where `npm run build` puts the webmail. */
export const webFolder: string = join(import.meta.dirname, '../../../web/dist');
