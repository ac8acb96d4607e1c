// npm run fuzz -- [--seconds N | --runs N] [--only NAME] [--seed N]: attacks every *.fuzz.ts with mutated inputs.
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { FuzzTarget } from '../packages/formats/src/fuzz.ts';
import { Mutator } from './fuzz-mutator.ts';

/** How long and what to fuzz. */
export interface FuzzOptions {
  /** Mutated inputs per target; the corpus itself always runs. */
  readonly runs?: number;
  /** Seconds per target instead of `runs`. */
  readonly seconds?: number;
  /** Start value of the random numbers; the same value gives the same inputs. Default 1. */
  readonly seed?: number;
  /** Targets whose file path contains this. */
  readonly only?: string;
  /** Write inputs that fail into the target's corpus, so that they are tried first from then on. */
  readonly save?: boolean;
}

/** An input that broke an invariant or took too long. */
export interface FuzzFailure {
  readonly target: string;
  readonly message: string;
  readonly input: Uint8Array;
  /** Where it was written, with `save`. */
  readonly file: string | null;
}

export interface FuzzReport {
  readonly targets: readonly { readonly name: string; readonly runs: number }[];
  readonly failures: readonly FuzzFailure[];
  /** Files that export no `target`, so that nothing of them ran. */
  readonly missing: readonly string[];
}

const root = join(import.meta.dirname, '..');
/** An input is slow above this, three times in a row: a linear parser stays far below. */
const SLOW_BASE_MS = 60;
const SLOW_MS_PER_BYTE = 0.002;
/** Failures per target after which it is left alone. */
const MAX_FAILURES = 5;
const MAX_SHRINK_TRIES = 400;
const DEFAULT_RUNS = 20_000;
const FAILED_PREFIX = 'fuzz-';

/** A target and the folder of its saved inputs. */
export interface FoundTarget {
  readonly target: FuzzTarget;
  readonly corpus: string;
}

async function findTargets(only: string | undefined): Promise<{ found: FoundTarget[]; missing: string[] }> {
  const all = globSync('packages/*/src/**/*.fuzz.ts', { cwd: root }).toSorted();
  const files = all.filter(file => only === undefined || file.includes(only));
  const found: FoundTarget[] = [];
  const missing: string[] = [];
  for (const file of files) {
    const path = join(root, file);
    const module = (await import(pathToFileURL(path).href)) as { target?: FuzzTarget };
    if (module.target === undefined) missing.push(file);
    else found.push({ target: module.target, corpus: join(dirname(path), 'corpus') });
  }
  return { found, missing };
}

function readCorpus(folder: string): Uint8Array[] {
  try {
    return readdirSync(folder)
      .toSorted()
      .map(name => readFileSync(join(folder, name)));
  } catch {
    return [];
  }
}

/** What is wrong with the target on this input, or null. */
function problemWith(target: FuzzTarget, input: Uint8Array): string | null {
  const limit = SLOW_BASE_MS + input.length * SLOW_MS_PER_BYTE;
  for (let attempt = 0; attempt < 3; attempt++) {
    const started = performance.now();
    try {
      target.run(input);
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
    // The machine may have been busy, so a slow run counts only when it repeats.
    if (performance.now() - started <= limit) return null;
  }
  return `slow: more than ${Math.round(limit)} ms for ${input.length} bytes`;
}

/** A shorter input that still fails, found by cutting pieces out. */
function shrink(target: FuzzTarget, input: Uint8Array): Uint8Array {
  let best = input;
  let tries = 0;
  for (
    let piece = Math.ceil(best.length / 2);
    piece >= 1 && tries < MAX_SHRINK_TRIES;
    piece = Math.floor(piece / 2)
  ) {
    for (let at = 0; at < best.length && tries < MAX_SHRINK_TRIES; tries++) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + piece)]);
      if (problemWith(target, shorter) === null) at += piece;
      else best = shorter;
    }
  }
  return best;
}

/** Runs one target over its corpus and mutations of it; stops after a few different failures. */
export function fuzzTarget(
  found: FoundTarget,
  options: FuzzOptions,
): { readonly runs: number; readonly failures: readonly FuzzFailure[] } {
  const { target, corpus } = found;
  const seeds = [...target.seeds(), ...readCorpus(corpus)];
  const mutator = new Mutator(options.seed ?? 1, seeds, target.dictionary ?? []);
  const deadline = options.seconds === undefined ? Infinity : performance.now() + options.seconds * 1000;
  const runs = options.seconds === undefined ? (options.runs ?? DEFAULT_RUNS) : Infinity;
  const seen = new Set<string>();
  const failures: FuzzFailure[] = [];
  let count = 0;
  for (let n = 0; n < seeds.length + runs && performance.now() < deadline; n++) {
    const input = seeds[n] ?? mutator.next();
    count++;
    const message = problemWith(target, input);
    if (message === null) continue;
    const kind = message.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, '#');
    if (seen.has(kind)) continue;
    seen.add(kind);
    const small = options.save === true ? shrink(target, input) : input;
    const file = options.save === true ? save(corpus, small) : null;
    failures.push({ target: target.name, message, input: small, file });
    if (failures.length >= MAX_FAILURES) break;
  }
  return { runs: count, failures };
}

function save(corpus: string, input: Uint8Array): string {
  mkdirSync(corpus, { recursive: true });
  const name = `${FAILED_PREFIX}${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`;
  writeFileSync(join(corpus, name), input);
  return join(corpus, name);
}

/** Runs all targets once over their corpus and a number of mutations of it. */
export async function fuzzOnce(options: FuzzOptions = {}): Promise<FuzzReport> {
  const { found, missing } = await findTargets(options.only);
  const results = found.map(entry => ({ name: entry.target.name, ...fuzzTarget(entry, options) }));
  return {
    targets: results.map(({ name, runs }) => ({ name, runs })),
    failures: results.flatMap(({ failures }) => failures),
    missing,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const report = await fuzzOnce({
    save: true,
    ...(values.runs === undefined ? {} : { runs: Number(values.runs) }),
    ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
    ...(values.only === undefined ? {} : { only: values.only }),
    ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
  });
  for (const { name, runs } of report.targets) process.stdout.write(`${name}: ${runs} inputs\n`);
  for (const failure of report.failures) {
    process.stdout.write(`FAILED ${failure.target} (${failure.file ?? 'not saved'}): ${failure.message}\n`);
  }
  for (const file of report.missing) process.stdout.write(`FAILED ${file}: exports no target\n`);
  if (report.targets.length === 0) process.stdout.write('no target matches\n');
  const bad = report.failures.length > 0 || report.missing.length > 0 || report.targets.length === 0;
  process.exitCode = bad ? 1 : 0;
}

if (import.meta.main) await main();
