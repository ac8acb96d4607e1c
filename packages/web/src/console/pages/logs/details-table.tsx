import { accountsIn, detailLines } from '@hongyan/phrases/console/logs/details.ts';
import type { ReactElement } from 'react';
import { useMemo } from 'react';
import { departmentPath } from '../../kit/departments/rows.ts';
import { useDepartments, useTags } from '../../kit/organisation.ts';
import { useTime } from '../../kit/use-time.ts';
import { useConsoleTexts } from '../../texts.ts';
import { useNamedAccounts } from '../security/use-named-accounts.ts';

/** What an operation changed, in words: before and after where there are both. */
export function DetailsTable({
  details,
}: {
  readonly details: Readonly<Record<string, unknown>>;
}): ReactElement {
  const texts = useConsoleTexts();
  const { logs: words } = texts;
  const time = useTime();
  const departments = useDepartments().value;
  const tags = useTags().value;
  const { people } = useNamedAccounts(useMemo(() => accountsIn(details), [details]));
  const lines = detailLines(details, texts, {
    department: id => departmentPath(departments ?? [], id),
    account: id => {
      const person = people?.find(one => one.id === id);
      return person ? person.name || person.address : null;
    },
    tag: id => tags?.find(one => one.id === id)?.name ?? null,
    time: at => time(new Date(at).toISOString()),
  });
  if (lines.length === 0) return <p className="meta">{words.change.unchanged}</p>;
  const compared = lines.some(({ before }) => before !== null);
  return (
    <table className="detail-changes">
      <thead>
        <tr>
          <th scope="col">{words.change.what}</th>
          {compared && <th scope="col">{words.before}</th>}
          <th scope="col">{compared ? words.after : words.change.whole}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ key, label, before, after }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            {compared && <td>{before ?? '–'}</td>}
            <td>{after ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
