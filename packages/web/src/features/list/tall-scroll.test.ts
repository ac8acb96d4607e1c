import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementHeight, endsEarly, moved, offsetOf, placeOf } from './tall-scroll.ts';

const whole = 64_000_000;
const view = 700;
const lastPlace = elementHeight(whole) - view;

test('a list of usual length is as high as its rows, and scrolls by itself', () => {
  assert.equal(elementHeight(6_400_000), 6_400_000);
  for (const at of [0, 5_000, 6_399_300]) {
    assert.equal(offsetOf(at, 6_400_000, view), at);
    assert.equal(placeOf(at, 6_400_000, view), at);
  }
});

test('a million rows (REA-01): every place of the bar is an offset, from end to end and back', () => {
  assert.ok(elementHeight(whole) < 17_000_000);
  assert.equal(offsetOf(0, whole, view), 0);
  assert.equal(offsetOf(lastPlace, whole, view), whole - view);
  let before = -1;
  for (let place = 0; place <= lastPlace; place += 12_345) {
    const offset = offsetOf(place, whole, view);
    assert.ok(offset > before);
    before = offset;
    assert.ok(Math.abs(placeOf(offset, whole, view) - place) < 0.01, String(place));
  }
});

test('by wheel rows go exactly as far as the bar; the bar ends before them only when told so', () => {
  let now = { top: 150_000, place: placeOf(150_000, whole, view), height: view };
  let corrections = 0;
  for (let wheel = 0; wheel < 1_500; wheel += 1) {
    const before = now;
    now = moved(before, Math.max(0, before.place - 100), whole, view);
    assert.equal(now.top, Math.max(0, before.top - 100));
    if (!endsEarly(now, whole)) continue;
    corrections += 1;
    now = { ...now, place: placeOf(now.top, whole, view) };
  }
  assert.equal(now.top, 0);
  assert.equal(now.place, 0);
  assert.equal(corrections, 1);
});
