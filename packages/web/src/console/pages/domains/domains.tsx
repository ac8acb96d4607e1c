import type { ReactElement } from 'react';
import type { PageProps } from '../../pages.ts';
import { AddDomain } from './add-domain.tsx';
import { DomainDetail } from './domain-detail.tsx';
import { DomainList } from './domain-list.tsx';
import './domains.css';

/** What follows the page in the address while a domain is being added. */
const adding = 'add';

/** 域名 (DOM): the list, adding one, one with its records. */
export default function DomainsPage({ rest, go }: PageProps): ReactElement {
  if (rest === adding) return <AddDomain onBack={() => go('')} onOpen={go} />;
  if (rest !== '') return <DomainDetail key={rest} name={rest} onBack={() => go('')} />;
  return <DomainList onAdd={() => go(adding)} onOpen={go} />;
}
