import { Capability } from '@hongyan/formats/jmap/capabilities.ts';
import { changeSettings, getSettings } from '../../../../personal/settings.ts';
import { settingsServerSet, settingsShape } from '../../../../personal/types/settings.ts';
import type { Method } from '../../method.ts';
import { singletonMethods } from '../../personal/singleton.ts';
import { singletonChangesMethod } from '../../personal/singleton-changes.ts';

/** Settings (SET-01 to SET-12): get, set, changes. */
export const settingsMethods: readonly Method[] = [
  ...singletonMethods({
    name: 'Settings',
    type: 'settings',
    capability: Capability.Settings,
    properties: new Set([...Object.keys(settingsShape), ...settingsServerSet]),
    get: getSettings,
    change: changeSettings,
  }),
  singletonChangesMethod('Settings', Capability.Settings, 'settings'),
];
