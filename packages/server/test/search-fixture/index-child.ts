// A process of the server that indexes until it is killed or done. Arguments: data folder, boot id, messages in one go.
// Writes "ready" once it begins, a line for each batch, and "done" at the end.
import { writeSync } from 'node:fs';
import { systemScope } from '../../src/access/scope.ts';
import { updateIndex } from '../../src/search/update-index.ts';
import { openHouse, tenantId } from '../store-fixture/mailbox-fixture.ts';
import { openSearch } from './search-house.ts';

const [folder = '', bootId = '', batchMessages = '5'] = process.argv.slice(2);
await using house = await openHouse(folder, { bootId });
await using search = openSearch(house, { batchMessages: Number(batchMessages), pauseMs: 1 });
writeSync(1, 'ready\n');
const scope = systemScope(tenantId, 7, 'test');
await updateIndex(search.context, search.thread, scope, {
  onProgress: messages => void writeSync(1, `${messages}\n`),
});
writeSync(1, 'done\n');
