// A process of the server that files messages until it is killed. Arguments: data folder, boot id. For each message it
// writes "UID BITS" once the work is acknowledged; every second one gets a flag first.
import { writeSync } from 'node:fs';
import { appendMessages } from '../../src/mailbox/append.ts';
import { storeFlags } from '../../src/mailbox/flags.ts';
import { bareMessage, makeAccount, openBareHouse } from './mailbox-fixture.ts';

const [folder = '', bootId = ''] = process.argv.slice(2);
const house = openBareHouse(folder, { bootId });
const scope = await makeAccount(house);
const limit = 5_000;
await Promise.all(
  Array.from({ length: 4 }, async (_, lane) => {
    for (let n = lane; n < limit; n += 4) {
      const { uids } = await appendMessages(house.ctx, scope, 1, [bareMessage(n)]);
      const uid = uids[0] ?? 0;
      const bits = n % 2;
      if (bits)
        await storeFlags(house.ctx, scope, 1, [[uid, uid]], { mode: 'add', flags: { bits, keywords: [] } });
      writeSync(1, `${uid} ${bits}\n`);
    }
  }),
);
