// npm start: builds the web apps and the program when needed, then `hongyan serve`.
import { builtProgram } from './build-server.ts';
import { buildWeb } from './build-web.ts';

await buildWeb();
const program = await builtProgram();
process.argv.splice(1, 1, program, 'serve');
await import(program);
