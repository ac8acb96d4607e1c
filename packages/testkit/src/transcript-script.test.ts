import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTranscript } from './transcript-script.ts';

test('lines become steps with their session and line number', () => {
  const steps = parseTranscript(
    [
      '# comment',
      '  S: 220 ...',
      '',
      String.raw`C= a\r\n\x00\\`,
      'S~(bob) ^ok$',
      'S> x',
      'S.',
      'TLS(bob)',
      'CLOSE',
      '! go 1 2',
      'S:',
    ].join('\n'),
  );
  const where = (line: number, session = 'main'): { line: number; session: string } => ({ line, session });
  assert.deepEqual(steps, [
    { ...where(2), kind: 'expect', pattern: '220 ...', regex: false, skip: false },
    { ...where(4), kind: 'raw', text: 'a\r\n\0\\' },
    { ...where(5, 'bob'), kind: 'expect', pattern: '^ok$', regex: true, skip: false },
    { ...where(6), kind: 'expect', pattern: 'x', regex: false, skip: true },
    { ...where(7), kind: 'hung-up' },
    { ...where(8, 'bob'), kind: 'tls' },
    { ...where(9), kind: 'close' },
    { ...where(10), kind: 'hook', name: 'go', argument: '1 2' },
    { ...where(11), kind: 'expect', pattern: '', regex: false, skip: false },
  ]);
});

test('literals belong to the line before them', () => {
  const [step] = parseTranscript('C: a LOGIN {literal} {literal}\nC| alice\nC/\nC| one\nC|\n');
  assert.deepEqual(step?.kind === 'send' && step.literals, ['alice', 'one\r\n']);
});

test('a line that is none is refused with its number', () => {
  assert.throws(() => parseTranscript('S: ok\nX: what\n'), /transcript line 2/);
});
