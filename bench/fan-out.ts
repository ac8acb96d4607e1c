// One message to many colleagues: when it is accepted, when the last mailbox has it, what it takes of CPU and disk.
// Usage: node bench/fan-out.ts [recipients] [bytes of the message] [runs] [accounts to a file]
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tenantScope } from '../packages/server/src/access/scope.ts';
import { ownFiles, sharedFiles } from '../packages/server/src/store/accounts/placement.ts';
import { openHouse } from '../packages/server/test/flow-fixture/house.ts';
import { diskBytes } from './lib/cpu.ts';
import { show, table } from './lib/figures.ts';

const [recipients = 1000, bytes = 100_000, runs = 5, perFile = 64] = process.argv.slice(2).map(Number);
const placement = perFile > 1 ? sharedFiles(perFile) : ownFiles;
const sender = 'sender@hongyan.test';
const group = 'all@hongyan.test';

/** A message whose text does not compress below its size in base64. */
function message(subject: string): string {
  const text = randomBytes(Math.ceil((bytes * 3) / 4)).toString('base64');
  return `From: ${sender}\r\nSubject: ${subject}\r\nContent-Transfer-Encoding: base64\r\n\r\n${text.replaceAll(/.{76}/g, '$&\r\n')}\r\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
const accepted: number[] = [];
const delivered: number[] = [];
const cpu: number[] = [];
let before = 0;
try {
  let accountId = 0;
  let tenantId = 0;
  // The first message makes the mailboxes' files, which is not what is measured.
  {
    await using house = await openHouse({ folder, placement });
    ({ accountId, tenantId } = await house.addUser(sender));
    const members = Array.from({ length: recipients }, (_, n) => `member${n}@hongyan.test`);
    await Promise.all(members.map(address => house.addUser(address)));
    const admin = tenantScope(tenantId, 'bench');
    await house.directory.createGroup(admin, { address: group, displayName: 'All', members });
    await house.submit({ kind: 'account', tenantId, accountId, login: sender }, [group], message('first'));
    await house.start().settled();
  }
  before = diskBytes(folder);
  {
    await using house = await openHouse({ folder, placement });
    const dispatcher = house.start();
    const delivery = (): number => house.trace.filter(event => event.kind === 'delivered').length;
    for (let run = 0; run < runs; run += 1) {
      const text = message(`run ${run}`);
      const usage = process.cpuUsage();
      const started = performance.now();
      await house.submit({ kind: 'account', tenantId, accountId, login: sender }, [group], text);
      accepted.push(performance.now() - started);
      while (delivery() < recipients * (run + 1)) await new Promise(resolve => setTimeout(resolve, 5));
      delivered.push(performance.now() - started);
      await dispatcher.settled();
      const used = process.cpuUsage(usage);
      cpu.push((used.user + used.system) / 1000);
    }
  }
  const grown = (diskBytes(folder) - before) / runs;
  process.stdout.write(`${recipients} recipients, ${bytes} bytes, ${runs} runs; median (min–max)

${table(
  [
    '250 after ms',
    'in all mailboxes after ms',
    'CPU ms, all',
    'bytes on disk, logs folded',
    'beside the body, a copy',
  ],
  [
    [
      show(accepted, 0),
      show(delivered, 0),
      show(cpu, 0),
      grown.toFixed(0),
      ((grown - bytes) / recipients).toFixed(0),
    ],
  ],
)}
`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
