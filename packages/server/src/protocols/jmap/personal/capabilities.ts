import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import type { JsonObject } from '@hongyan/formats/jmap/json.ts';
import type { PersonalLimits } from '../../../personal/context.ts';
import { labelColors, maxLabelName } from '../../../personal/types/label.ts';
import { settingsBounds } from '../../../personal/types/settings.ts';

/** What the account says about personal objects: their limits. Only the member's own account has them. */
export function personalCapabilities(
  limits: PersonalLimits,
  deleted: { readonly mayRestore: boolean; readonly keepDays: number },
): Record<string, JsonObject> {
  return {
    [Capability.Labels]: { maxLabels: limits.maxLabels, maxNameLength: maxLabelName, colors: labelColors },
    [Capability.Signatures]: { maxSignatures: limits.maxSignatures, maxSize: limits.maxText },
    [Capability.Templates]: { maxTemplates: limits.maxTemplates, maxSize: limits.maxText },
    [Capability.Settings]: { ...settingsBounds },
    [Capability.Filters]: {
      maxRules: limits.maxRules,
      maxConditions: limits.maxConditions,
      maxActions: limits.maxActions,
      maxBlocked: limits.maxBlocked,
      maxAllowed: limits.maxAllowed,
      maxApplyAtOnce: limits.maxApplyAtOnce,
    },
    [Capability.VacationResponse]: {},
    [Capability.Contacts]: {
      maxAddressBooksPerCard: limits.maxAddressBooks,
      mayCreateAddressBook: true,
      maxAddressBooks: limits.maxAddressBooks,
      maxContactCards: limits.maxCards,
    },
    [Capability.Recipients]: { maxSuggestions: limits.maxSuggestions },
    [Capability.Restore]: { ...deleted, maxRestoreAtOnce: limits.maxRestoreAtOnce },
  };
}

/** The same, for the session's `capabilities`. */
export const personalUrns: readonly string[] = [
  Capability.Labels,
  Capability.Signatures,
  Capability.Templates,
  Capability.Settings,
  Capability.Filters,
  Capability.VacationResponse,
  Capability.Contacts,
  Capability.Recipients,
  Capability.Restore,
];
