/** A compiled LIST pattern (RFC 9051 §6.3.9). */
export interface ListPattern {
  matches(name: string): boolean;
}

const ANY = -1;
const LEVEL = -2;

/**
 * Compiles `pattern`: `*` matches anything, `%` anything without the delimiter, the rest itself; INBOX as first
 * level in any case. Matching walks all states at once, so it takes (length of name × length of pattern) steps at
 * most, whatever the wildcards. `delimiter` is one UTF-16 unit.
 */
export function compileListPattern(pattern: string, delimiter: string): ListPattern {
  const steps: number[] = [];
  for (const unit of withCanonicalInbox(pattern, delimiter)) {
    const step = unit === '*' ? ANY : unit === '%' ? LEVEL : (unit.codePointAt(0) as number);
    const previous = steps.at(-1);
    if (step === ANY && previous === LEVEL) steps.pop();
    if ((step === ANY && previous === ANY) || (step === LEVEL && (previous === ANY || previous === LEVEL)))
      continue;
    steps.push(step);
  }
  const separator = delimiter.codePointAt(0) as number;
  return { matches: name => run(steps, separator, withCanonicalInbox(name, delimiter)) };
}

function withCanonicalInbox(name: string, delimiter: string): string {
  if (name.slice(0, 5).toUpperCase() !== 'INBOX') return name;
  const next = name[5];
  return next === undefined || next === delimiter ? `INBOX${name.slice(5)}` : name;
}

function run(steps: readonly number[], separator: number, name: string): boolean {
  let states = new Uint8Array(steps.length + 1);
  let following = new Uint8Array(steps.length + 1);
  states[0] = 1;
  skipWildcards(steps, states);
  for (const unit of name) {
    const point = unit.codePointAt(0) as number;
    let alive = false;
    for (let index = 0; index < steps.length; index++) {
      if (states[index] !== 1) continue;
      const step = steps[index] as number;
      if (step === ANY || (step === LEVEL && point !== separator)) following[index] = 1;
      else if (step === point) following[index + 1] = 1;
      else continue;
      alive = true;
    }
    if (!alive) return false;
    skipWildcards(steps, following);
    [states, following] = [following, states.fill(0)];
  }
  return states[steps.length] === 1;
}

/** A wildcard may match nothing. */
function skipWildcards(steps: readonly number[], states: Uint8Array): void {
  for (let index = 0; index < steps.length; index++) {
    if (states[index] === 1 && (steps[index] as number) < 0) states[index + 1] = 1;
  }
}
