import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The root of the checkout. */
export const root: string = join(import.meta.dirname, '../..');

/** Runs a tool of node_modules/.bin and returns null when it is content, else what it printed. */
export async function tool(name: string, args: readonly string[]): Promise<string | null> {
  const binary = join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
  return new Promise(resolve => {
    const child = spawn(binary, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', error => resolve(error.message));
    child.on('close', code =>
      resolve(code === 0 ? null : Buffer.concat(output).toString('utf8').trim() || `exit ${code}`),
    );
  });
}
