import { listName } from '../execution/lists.ts';
import type { TestShape } from '../language/shape.ts';

/** Whether all of these lists can be asked (RFC 6134 §2.7). */
export const validExtList: TestShape = {
  name: 'valid_ext_list',
  requires: 'extlists',
  rfc: '6134 §2.7',
  positional: ['strings'],
  prepare: args => async run => {
    for (const text of args.texts(0)) {
      run.step(text.at);
      const known = await run.environment.inList?.(listName(run.text(text)), '');
      if (known === null || known === undefined) return false;
    }
    return true;
  },
};
