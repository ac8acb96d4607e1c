import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { FuzzTarget } from '../fuzz.ts';
import { longestQuoted, scanLine, textOf } from './scanner.ts';

/** What reads a ManageSieve client's lines. */
export const target: FuzzTarget = {
  name: 'managesieve',
  *seeds() {
    yield Buffer.from('PUTSCRIPT "main" {31+}');
    yield Buffer.from('AUTHENTICATE "PLAIN" "QJIrweAPyo6Q1T9xu"');
    yield Buffer.from('HAVESPACE "a \\"b\\"" 99');
  },
  dictionary: ['"', '\\', '{1+}', '{1}', ' ', 'CHECKSCRIPT', '4294967295', '\0'],
  run(input) {
    const scanned = scanLine(Buffer.from(input));
    for (const word of scanned?.words ?? []) {
      if (word.kind !== 'string') continue;
      assert.ok(word.octets.length <= longestQuoted);
      textOf(word.octets);
    }
  },
};
