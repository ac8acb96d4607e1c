// npm run build: the web apps and the program, each when its sources differ from what was built.
import { buildServer } from './build-server.ts';
import { buildWeb } from './build-web.ts';

await buildWeb();
await buildServer();
