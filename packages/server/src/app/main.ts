#!/usr/bin/env node
// The program: `hongyan COMMAND`. Everything it does is in `command/`.
import { keepCompiledCode } from './runtime/compiled-code.ts';

// Whatever is written is mail or secrets: nobody else's to read, also in a data directory that is open to others.
process.umask(0o077);
keepCompiledCode(process.env);
// After it, so that it holds for all that is loaded from here on.
const { runCommand } = await import('./command/run.ts');
const { outliveReader } = await import('./command/closed-output.ts');

outliveReader(process.stdout);
outliveReader(process.stderr);

process.exitCode = await runCommand(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
