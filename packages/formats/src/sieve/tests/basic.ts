import type { Evaluate, TestShape } from '../language/shape.ts';

/** RFC 5228 §5.2: every test; those behind the first false one are not evaluated. */
export const allof: TestShape = {
  name: 'allof',
  requires: null,
  rfc: '5228 §5.2',
  tests: 'many',
  prepare: (_args, _facts, tests) => async run => {
    for (const test of tests) if (!(await test(run))) return false;
    return true;
  },
};

/** RFC 5228 §5.3: any test; those behind the first true one are not evaluated. */
export const anyof: TestShape = {
  name: 'anyof',
  requires: null,
  rfc: '5228 §5.3',
  tests: 'many',
  prepare: (_args, _facts, tests) => async run => {
    for (const test of tests) if (await test(run)) return true;
    return false;
  },
};

/** RFC 5228 §5.8. */
export const not: TestShape = {
  name: 'not',
  requires: null,
  rfc: '5228 §5.8',
  tests: 'one',
  prepare: (_args, _facts, tests) => async run => !(await (tests[0] as Evaluate)(run)),
};

/** RFC 5228 §5.10. */
export const trueTest: TestShape = {
  name: 'true',
  requires: null,
  rfc: '5228 §5.10',
  prepare: () => () => true,
};

/** RFC 5228 §5.6. */
export const falseTest: TestShape = {
  name: 'false',
  requires: null,
  rfc: '5228 §5.6',
  prepare: () => () => false,
};
