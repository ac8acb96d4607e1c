import type { Operation } from '../../kit/operation.ts';
import { domainsAdd } from './add.ts';
import { domainsCheck } from './check.ts';
import { domainsGet } from './get.ts';
import { domainsList } from './list.ts';
import { domainsLookup } from './lookup.ts';
import { domainsMakePrimary } from './make-primary.ts';
import { domainOptionsGet, domainOptionsPut } from './options.ts';
import { domainsRecords } from './records.ts';
import { domainsRemove } from './remove.ts';
import { domainsRotateKeys, domainsSigningKeys } from './signing-keys.ts';
import { domainsSteps } from './steps.ts';
import { domainsTestMail } from './test-mail.ts';
import { domainsTrial } from './trial.ts';
import { domainsZoneFile } from './zone-file.ts';

export const domainOperations: readonly Operation[] = [
  domainsList,
  domainsAdd,
  domainsTrial,
  domainsLookup,
  domainsGet,
  domainsRecords,
  domainsZoneFile,
  domainsSteps,
  domainsSigningKeys,
  domainsCheck,
  domainsMakePrimary,
  domainsRotateKeys,
  domainsRemove,
  domainsTestMail,
  domainOptionsGet,
  domainOptionsPut,
];
