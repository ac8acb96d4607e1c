// npm run format: writes the house format into every file.
import { tool } from './checks/tool.ts';

const problems = await tool('biome', ['check', '--write', '.']);
if (problems) {
  process.stderr.write(`${problems}\n`);
  process.exitCode = 1;
}
