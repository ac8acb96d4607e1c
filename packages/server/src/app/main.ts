#!/usr/bin/env node
// The program: `hongyan COMMAND`. Everything it does is in `command/`.
import { runCommand } from './command/run.ts';

process.exitCode = await runCommand(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
