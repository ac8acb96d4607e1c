// npm start: builds the web apps when needed, then `hongyan serve`.
import { join } from 'node:path';
import { buildWeb } from './build-web.ts';

await buildWeb();
const main = join(import.meta.dirname, '../packages/server/src/app/main.ts');
process.argv.splice(1, 1, main, 'serve');
await import(main);
