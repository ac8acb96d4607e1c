// A process that moves account 7 of tenant 1. Arguments: data folder, file of placements, where to. Says a line when it begins.
import { writeSync } from 'node:fs';
import { moveAccount } from '../../src/store/accounts/moving/move-account.ts';
import { readPlacementText } from '../../src/store/accounts/moving/moved-mark.ts';
import { moverOf, openPlacedHouse, type PlacementTable } from './moving-fixture.ts';

const [folder = '', file = '', target = ''] = process.argv.slice(2);
const to = readPlacementText(target);
if (!to) throw new Error(target);
const table: PlacementTable = new Map();
await using house = openPlacedHouse(folder, table, null, file);
writeSync(1, 'moving\n');
await moveAccount(moverOf(house, table, file), { tenantId: 1, accountId: 7 }, to);
