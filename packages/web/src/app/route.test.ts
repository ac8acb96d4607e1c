import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRoute, parseRoute, type Route } from './route.ts';

const routes: readonly Route[] = [
  { place: { kind: 'folder', folder: 'inbox' }, mailId: 'M12', page: null },
  { place: { kind: 'folder', folder: 'f7' }, mailId: null, page: null },
  { place: { kind: 'starred' }, mailId: null, page: null },
  { place: { kind: 'todo' }, mailId: 'M3', page: null },
  { place: { kind: 'label', label: 'L1' }, mailId: 'M3', page: null },
  { place: { kind: 'search', text: '船期 a/b?#' }, mailId: 'M1', page: null },
];

test('every place has an address that leads back to it', () => {
  for (const route of routes) assert.deepEqual(parseRoute(formatRoute(route)), route);
});

test('pages have addresses of their own; what is none is the inbox', () => {
  const settings = parseRoute('#/settings/writing');
  assert.deepEqual(settings.page, { name: 'settings', section: 'writing' });
  assert.equal(formatRoute(settings), '#/settings/writing');
  for (const hash of ['', '#', '#/', '#/nowhere/x', '#/f', '#/%zz'])
    assert.deepEqual(parseRoute(hash), {
      place: { kind: 'folder', folder: 'inbox' },
      mailId: null,
      page: null,
    });
});
