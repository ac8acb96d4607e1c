import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { changeVacation, getVacation } from '../../../../personal/settings.ts';
import { vacationShape } from '../../../../personal/types/vacation.ts';
import type { Method } from '../../method.ts';
import { singletonMethods } from '../../personal/singleton.ts';

/** VacationResponse/get and /set (RFC 8621 §8). */
export const vacationMethods: readonly Method[] = singletonMethods({
  name: 'VacationResponse',
  type: 'vacation',
  capability: Capability.VacationResponse,
  properties: new Set(['id', ...Object.keys(vacationShape)]),
  get: getVacation,
  change: changeVacation,
});
