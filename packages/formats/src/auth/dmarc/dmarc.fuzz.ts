import assert from 'node:assert/strict';
import type { FuzzTarget } from '../../fuzz.ts';
import { answerAll } from '../lookup.ts';
import { evaluateDmarc } from './evaluate.ts';
import { parseDmarcRecord } from './record.ts';

export const target: FuzzTarget = {
  name: 'dmarc',
  seeds: () => [
    Buffer.from(
      'v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=r; pct=50; rua=mailto:a@b.test; fo=1',
    ),
    Buffer.from('v=DMARC1; p=none; psd=y; t=y'),
  ],
  dictionary: [
    'v=DMARC1',
    ';',
    '=',
    'p=',
    'sp=',
    'np=',
    'pct=',
    'psd=',
    't=y',
    'reject',
    'quarantine',
    'none',
    'rua=',
  ],
  run(input) {
    const text = Buffer.from(input).toString('latin1');
    const record = parseDmarcRecord(text);
    if (record) assert.ok(record.percent >= 0 && record.percent <= 100);
    let questions = 0;
    const labels = text.slice(0, 100).replaceAll(/[^a-z.]/g, 'x');
    const question = {
      author: `a.${labels}.test`,
      spf: 'b.test',
      dkim: [`c.${labels}.test`],
      unsure: false,
      sample: 7,
    };
    answerAll(evaluateDmarc(question), () => {
      questions += 1;
      return questions % 2 === 1 ? { kind: 'records', records: [text] } : { kind: 'nxdomain' };
    });
    assert.ok(questions <= 30, `${questions} questions`);
  },
};
