import { type ReactElement, useCallback, useState } from 'react';
import { Switch } from '../../../../ui/form.tsx';
import { useLoaded } from '../../../kit/use-loaded.ts';
import { may, useConsole } from '../../../session.ts';
import { useConsoleTexts } from '../../../texts.ts';
import { Ask } from '../departments/dialogs.tsx';
import { calledName, type Member, splitAddress } from '../types.ts';
import { AddressField, useDomainNames } from './address-field.tsx';

interface RenameProps {
  readonly member: Member;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

type Policy = 'free' | 'once' | 'never';

/** Another main address, as the company's policy allows (DIR-08, DIR-14, DIR-15). */
export function RenameDialog({ member, onClose, onDone }: RenameProps): ReactElement {
  const { api, session } = useConsole();
  const words = useConsoleTexts().people.member;
  const [before, homeDomain] = splitAddress(member.address);
  const [local, setLocal] = useState(before);
  const [domain, setDomain] = useState(homeDomain);
  const [keepOld, setKeepOld] = useState(true);
  const domains = useDomainNames();
  const visible = may(session, 'directoryVisibility', 'view');
  const policy = useLoaded(
    useCallback(
      async (): Promise<Policy> =>
        visible ? (await api.get<{ rename: Policy }>('/company/policies')).rename : 'free',
      [api, visible],
    ),
  ).value;
  const refused = policy === 'never' || (policy === 'once' && !member.generatedAddress);
  const address = `${local}@${domain}`;
  return (
    <Ask
      title={words.renameTitle(calledName(member))}
      verb={words.renameDo}
      disabled={refused || local === '' || address === member.address}
      told={words.renamed(address)}
      work={() => api.post('/members/rename', { renames: [{ id: member.id, address, keepOld }] })}
      onClose={onClose}
      onDone={onDone}
    >
      {refused ? (
        <p>{policy === 'never' ? words.renameNever : words.renameOnce}</p>
      ) : (
        <>
          {policy === 'once' && <p className="meta">{words.renameOnce}</p>}
          <AddressField
            label={words.renameNew}
            name={member.name}
            local={local}
            domain={domain}
            domains={domains.includes(homeDomain) ? domains : [homeDomain, ...domains]}
            onChange={(nextLocal, nextDomain) => {
              setLocal(nextLocal);
              setDomain(nextDomain);
            }}
          />
          <Switch
            label={words.renameKeep}
            hint={words.renameKeepHint}
            checked={keepOld}
            onChange={setKeepOld}
          />
        </>
      )}
    </Ask>
  );
}
