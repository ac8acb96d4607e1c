import type { ReactElement } from 'react';
import type { PageProps } from '../../pages.ts';
import { ImportDetail } from './detail.tsx';
import { ImportStart } from './start.tsx';
import '../people/people.css';
import './importing.css';

/** 批量导入 (DIR-03). Addresses: none the start, `12` one import. */
export default function ImportPage({ rest, go }: PageProps): ReactElement {
  return /^\d+$/.test(rest) ? (
    <ImportDetail key={rest} id={Number(rest)} onBack={() => go('')} />
  ) : (
    <ImportStart onMade={id => go(`${id}`)} />
  );
}
