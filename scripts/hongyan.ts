// npm run hongyan -- COMMAND: the command line, from what was built of these sources.
import { builtProgram } from './build-server.ts';

const program = await builtProgram();
process.argv.splice(1, 1, program);
await import(program);
