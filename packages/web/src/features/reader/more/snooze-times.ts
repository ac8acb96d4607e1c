const evening = 20;
/** When the working day begins. */
export const morning = { hour: 8, minute: 30 };

/** A time of day some days after `base`, local time. */
export function at(base: Date, days: number, hour: number, minute = 0): Date {
  return new Date(base.getFullYear(), base.getMonth(), base.getDate() + days, hour, minute);
}

/** Times offered: this evening while it is some way off, tomorrow morning, the next Monday. */
export function snoozeTimes(
  now: Date,
): { readonly key: 'tonight' | 'tomorrow' | 'nextWeek'; readonly time: Date }[] {
  const tonight = at(now, 0, evening);
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    ...(tonight.getTime() - now.getTime() > 30 * 60_000 ? [{ key: 'tonight' as const, time: tonight }] : []),
    { key: 'tomorrow' as const, time: at(now, 1, morning.hour, morning.minute) },
    { key: 'nextWeek' as const, time: at(now, untilMonday, morning.hour, morning.minute) },
  ];
}
