import type { Operation } from '../../kit/operation.ts';
import { companyGet } from './get.ts';
import { companyLogoDelete } from './logo-delete.ts';
import { companyLogoGet } from './logo-get.ts';
import { companyLogoSet } from './logo-set.ts';
import { companyMailService } from './mail-service.ts';
import { policiesGet } from './policies-get.ts';
import { policiesUpdate } from './policies-update.ts';
import { companyUpdate } from './update.ts';

export const companyOperations: readonly Operation[] = [
  companyGet,
  companyUpdate,
  companyLogoGet,
  companyLogoSet,
  companyLogoDelete,
  companyMailService,
  policiesGet,
  policiesUpdate,
];
