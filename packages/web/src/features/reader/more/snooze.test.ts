import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snoozeTimes } from './snooze-times.ts';

test('mail is put off until this evening, tomorrow, or a Monday that is not today', () => {
  const keys = (now: Date): string[] =>
    snoozeTimes(now).map(
      ({ key, time }) => `${key} ${time.getDate()} ${time.getDay()} ${time.getHours()}:${time.getMinutes()}`,
    );
  // 2026-11-22 is a Sunday.
  assert.deepEqual(keys(new Date(2026, 10, 22, 10)), [
    'tonight 22 0 20:0',
    'tomorrow 23 1 8:30',
    'nextWeek 23 1 8:30',
  ]);
  assert.deepEqual(keys(new Date(2026, 10, 23, 19, 45)), ['tomorrow 24 2 8:30', 'nextWeek 30 1 8:30']);
});
