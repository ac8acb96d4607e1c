// A large company and a large installation: import, list pages, delivery to nested groups, start.
// Usage: node bench/directory.ts [members] [departments] [recipients of the group] [tenants] [1: the group's members in files
// of their own, too] [starts]; 0 leaves a part out. `--profile postgres` (npm run bench): the rows of the first two parts are
// in a PostgreSQL server of its own, whose CPU is told beside ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tenantScope } from '../packages/server/src/access/scope.ts';
import { createDirectory, createDirectoryContext } from '../packages/server/src/directory/directory.ts';
import { systemClock } from '../packages/server/src/platform/clock.ts';
import type { Operation } from '../packages/server/src/protocols/rest/kit/operation.ts';
import { operations } from '../packages/server/src/protocols/rest/registry.ts';
import { ownFiles, sharedFiles } from '../packages/server/src/store/accounts/placement.ts';
import { openSystemDatabase } from '../packages/server/src/store/system/open.ts';
import { storedPlacements } from '../packages/server/src/store/system/placements.ts';
import { openHouse } from '../packages/server/test/flow-fixture/house.ts';
import { ServerFolder } from '../packages/server/test/whole-server/server-process.ts';
import { openAdministrationHouse } from '../packages/testkit/src/administration-house.ts';
import { openRestHouse, type RestClient, type RestHouse } from '../packages/testkit/src/rest-house.ts';
import { place } from '../packages/testkit/src/stores/databases.ts';
import { findPostgres, startPostgres } from '../packages/testkit/src/stores/postgres-server.ts';
import { cpuSeconds as treeCpuSeconds } from './lib/cpu.ts';
import { show, table } from './lib/figures.ts';
import { memoryBytes } from './lib/memory.ts';

const [members = 10_000, departments = 1_000, recipients = 5_000, tenants = 1_000, ownToo = 0, starts = 3] =
  process.argv.slice(2).map(Number);
/** PostgreSQL's first process, where the rows are there. */
const databasePid = Number(process.env['HONGYAN_BENCH_POSTGRES_PID'] ?? 0);
/** Requests to each list. */
const rounds = 20;
/** How long a started server is left alone, ms. */
const idleMs = 15_000;

const seconds = (from: number): string => ((performance.now() - from) / 1_000).toFixed(2);
const cpuSeconds = (since: NodeJS.CpuUsage): string => {
  const { user, system } = process.cpuUsage(since);
  return ((user + system) / 1e6).toFixed(2);
};

/** CPU seconds of PostgreSQL so far; 0 where rows are in files. */
const databaseCpu = (): number => (databasePid === 0 ? 0 : treeCpuSeconds([databasePid]));

/** Departments in three levels: ten branches, ten divisions each, the rest below them. */
function pathOf(n: number): string {
  const branch = n % 10;
  const division = Math.floor(n / 10) % 10;
  return `分公司${branch}/事业部${division}/部门${Math.floor(n / 100)}`;
}

function people(): string {
  const lines = ['姓名,邮箱帐号,部门,手机,工号'];
  for (let i = 0; i < members; i += 1) {
    lines.push(
      `员工${i},worker${i}@hongyan.test,${pathOf(i % departments)},1${String(3_000_000_000 + i)},E${i}`,
    );
  }
  return lines.join('\n');
}

async function answered(client: RestClient, method: string, path: string, raw?: string): Promise<unknown> {
  const answer = await client(method, path, {
    ...(raw !== undefined && { raw, headers: { 'content-type': 'text/csv' } }),
  });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.json<unknown>();
}

async function importPeople(client: RestClient): Promise<readonly (readonly string[])[]> {
  const started = performance.now();
  const usage = process.cpuUsage();
  const databaseBefore = databaseCpu();
  const batch = (await answered(client, 'POST', '/imports?fileName=people.csv', people())) as {
    readonly id: number;
    readonly failed: number;
  };
  if (batch.failed > 0) throw new Error(`${batch.failed} rows with problems`);
  const previewed = seconds(started);
  const running = performance.now();
  await answered(client, 'POST', `/imports/${batch.id}/run`);
  for (;;) {
    const now = (await answered(client, 'GET', `/imports/${batch.id}`)) as {
      readonly state: string;
      readonly created: number;
    };
    if (now.state === 'done') {
      if (now.created !== members) throw new Error(`${now.created} members made`);
      break;
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  return [
    [`preview of ${members} rows`, `${previewed} s`],
    [`import of ${members} rows, ${departments} departments`, `${seconds(running)} s`],
    ['CPU of both', `${cpuSeconds(usage)} s`],
    ...(databasePid > 0 ? [['CPU of PostgreSQL', `${(databaseCpu() - databaseBefore).toFixed(2)} s`]] : []),
  ];
}

function isList({ method, path, query }: Operation): boolean {
  return method === 'GET' && !path.includes('{') && 'limit' in query.properties;
}

function percentile(times: readonly number[], part: number): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * part) - 1] ?? 0;
}

/** Every list, its first page and the page after it, as large as they come. */
async function lists(client: RestClient): Promise<readonly (readonly string[])[]> {
  const rows: string[][] = [];
  for (const { path } of operations.filter(isList)) {
    const times: number[] = [];
    let next: string | null = null;
    for (let round = 0; round < rounds; round += 1) {
      const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
      const started = performance.now();
      const page = (await answered(client, 'GET', `${path}?limit=200${cursor}`)) as {
        readonly next?: string | null;
      };
      times.push(performance.now() - started);
      next = page.next ?? null;
    }
    rows.push([path, percentile(times, 0.5).toFixed(1), percentile(times, 0.95).toFixed(1)]);
  }
  const searches = ['q=员工77', 'q=yuangong', 'department=1'];
  for (const search of searches) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const started = performance.now();
      await answered(client, 'GET', `/members?limit=200&${search}`);
      times.push(performance.now() - started);
    }
    const figures = [percentile(times, 0.5).toFixed(1), percentile(times, 0.95).toFixed(1)];
    rows.push([`/members?${search}`, ...figures]);
  }
  return rows;
}

async function nestedGroup(perFile: number): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
  try {
    const placement = perFile > 1 ? sharedFiles(perFile) : ownFiles;
    await using house = await openHouse({ folder, ...(databasePid === 0 && { placement }) });
    const sender = 'sender@hongyan.test';
    const { accountId, tenantId } = await house.addUser(sender);
    const admin = tenantScope(tenantId, 'bench');
    const addresses = Array.from({ length: recipients }, (_, n) => `member${n}@hongyan.test`);
    for (const address of addresses) await house.addUser(address);
    const inner: string[] = [];
    for (let i = 0; i < 50; i += 1) {
      const address = `part${i}@hongyan.test`;
      inner.push(address);
      const some = addresses.filter((_, n) => n % 50 === i);
      await house.directory.createGroup(admin, { address, displayName: address, members: some });
    }
    await house.directory.createGroup(admin, {
      address: 'all@hongyan.test',
      displayName: 'All',
      members: inner,
    });
    const principal = { kind: 'account', tenantId, accountId, login: sender } as const;
    const text = (n: number): string => `From: ${sender}\r\nSubject: ${n}\r\n\r\nWild geese.\r\n`;
    const dispatcher = house.start();
    const delivered = (): number => house.trace.filter(event => event.kind === 'delivered').length;
    // The first one makes the mailboxes' files.
    await house.submit(principal, ['all@hongyan.test'], text(0));
    while (delivered() < recipients) await new Promise(resolve => setTimeout(resolve, 20));
    const acceptedIn: number[] = [];
    const deliveredIn: number[] = [];
    const cpu: number[] = [];
    const theirs: number[] = [];
    for (let run = 1; run <= 3; run += 1) {
      const databaseBefore = databaseCpu();
      const usage = process.cpuUsage();
      const started = performance.now();
      await house.submit(principal, ['all@hongyan.test'], text(run));
      const accepted = performance.now();
      while (delivered() < (run + 1) * recipients) await new Promise(resolve => setTimeout(resolve, 5));
      acceptedIn.push((accepted - started) / 1_000);
      deliveredIn.push((performance.now() - accepted) / 1_000);
      cpu.push(Number(cpuSeconds(usage)));
      theirs.push(databaseCpu() - databaseBefore);
      await dispatcher.settled();
    }
    return [
      databasePid === 0 ? String(perFile) : 'PostgreSQL',
      show(acceptedIn, 2),
      show(deliveredIn, 2),
      show(cpu, 2),
      ...(databasePid > 0 ? [show(theirs, 2)] : []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Some starts, one after the other: time and CPU of all processes until every port answers, and what they hold later. */
async function started(name: string, server: ServerFolder): Promise<string[]> {
  const times: number[] = [];
  const cpu: number[] = [];
  const idle: number[] = [];
  const memory: number[] = [];
  for (let i = 0; i < starts; i += 1) {
    const from = performance.now();
    await using running = await server.start();
    times.push((performance.now() - from) / 1_000);
    const used = treeCpuSeconds([running.pid]);
    cpu.push(used);
    await new Promise(resolve => setTimeout(resolve, idleMs));
    idle.push(treeCpuSeconds([running.pid]) - used);
    memory.push(memoryBytes([running.pid]) / 2 ** 20);
  }
  return [name, show(times, 1), show(cpu, 2), show(idle, 2), show(memory, 0)];
}

/** Companies with two accounts each that have a mailbox. */
async function startUp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hongyan-bench-'));
  try {
    const server = new ServerFolder(folder);
    await server.makeCompany();
    const rows = [await started('1 company', server)];
    const data = join(folder, 'data');
    {
      await using system = await openSystemDatabase(place(join(data, 'system.db')), systemClock);
      const context = createDirectoryContext({
        database: system,
        clock: systemClock,
        newPlacement: sharedFiles(64),
      });
      const directory = createDirectory(context);
      await using mail = await openAdministrationHouse(data, context, systemClock, {
        placement: storedPlacements(system, ownFiles),
      });
      for (let i = 0; i < tenants; i += 1) {
        const scope = tenantScope((await directory.createTenant(`公司 ${i}`)).tenantId, 'bench');
        await directory.addDomain(scope, `company${i}.test`);
        const address = `admin@company${i}.test`;
        const { accountId } = await directory.createUser(scope, { address, role: 'administrator' });
        await mail.administration.ensure(scope.tenantId, accountId);
      }
    }
    rows.push(await started(`${tenants + 1} companies, a mailbox in each`, server));
    const head = [
      'start with',
      'every port answers after s',
      'CPU s of all processes',
      `CPU s in the ${idleMs / 1_000} s after it`,
      'MiB of all processes then (PSS)',
    ];
    process.stdout.write(`${table(head, rows)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function company(): Promise<void> {
  await using house: RestHouse = await openRestHouse();
  const client = await house.as(house.web.alice);
  process.stdout.write(`${table(['', ''], await importPeople(client))}\n\n`);
  const pages = await lists(client);
  process.stdout.write(`${table(['list, pages of 200', 'p50 ms', 'p95 ms'], pages)}\n\n`);
}

async function everything(): Promise<void> {
  if (members > 0) await company();
  if (recipients > 0) {
    const head = ['accounts to a file', 'accepted after s', 'in all mailboxes s later', 'CPU s'];
    if (databasePid > 0) head.push('CPU s of PostgreSQL');
    const rows = [await nestedGroup(64), ...(ownToo > 0 ? [await nestedGroup(1)] : [])];
    process.stdout.write(
      `one mail to ${recipients} people in 50 groups of a group, 3 times\n\n${table(head, rows)}\n\n`,
    );
  }
  if (tenants > 0 && databasePid === 0) await startUp();
}

/** Runs this again with its rows in a PostgreSQL server that is gone afterwards. */
async function onPostgres(): Promise<void> {
  const bin = findPostgres();
  if (bin === null) throw new Error('PostgreSQL is not installed');
  await using server = await startPostgres(bin, true);
  const env = {
    ...process.env,
    HONGYAN_TEST_POSTGRES: server.url,
    HONGYAN_BENCH_POSTGRES_PID: String(server.pid),
  };
  const child = spawn(process.execPath, [import.meta.filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}

if (process.env['HONGYAN_BENCH_PROFILE'] === 'postgres' && databasePid === 0) await onPostgres();
else await everything();
