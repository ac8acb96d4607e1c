import { type ReactElement, useState } from 'react';
import { Confirm } from '../../../ui/dialog.tsx';
import { Drawer } from '../../kit/drawer.tsx';
import { PeoplePicker, type Person } from '../../kit/pickers.tsx';
import { useAction } from '../../kit/use-action.ts';
import { useConsole } from '../../session.ts';
import { useConsoleTexts } from '../../texts.ts';

/** Hands the company over to another member (TEN-34). */
export function TransferDrawer({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const words = texts.security.administrators;
  const run = useAction();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [asking, setAsking] = useState(false);
  const chosen = people[0];
  return (
    <Drawer
      title={words.transfer}
      onClose={onClose}
      actions={
        <button type="button" className="button danger" disabled={!chosen} onClick={() => setAsking(true)}>
          {words.transferDo}
        </button>
      }
    >
      <p>{words.transferHint}</p>
      <PeoplePicker single label={words.transferTo} value={people} onChange={setPeople} />
      {asking && chosen && (
        <Confirm
          question={words.transferAsk(chosen.name || chosen.address)}
          verb={words.transferDo}
          cancel={texts.shell.cancel}
          onClose={() => setAsking(false)}
          onConfirm={() => {
            setAsking(false);
            void run(api.post('/administrators/transfer', { accountId: chosen.id }), {
              told: words.transferred(chosen.name || chosen.address),
            }).then(worked => {
              // What this administrator may do is different from now on: the console begins anew.
              if (worked) location.reload();
            });
          }}
        />
      )}
    </Drawer>
  );
}
