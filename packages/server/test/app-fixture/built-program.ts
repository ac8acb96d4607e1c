import { join } from 'node:path';
import { buildServer } from '../../../../scripts/build-server.ts';

/** The file that the program begins with, as people run it: built of the sources as they are now. */
export const builtMain: string = await buildServer();

/** The same from its sources, for those who change them while they are loaded. */
export const sourceMain: string = join(import.meta.dirname, '../../src/app/main.ts');
