/** Every signal's name: part of the settings' names, of alerts and of the calibration, so a name never changes. */
export const SIGNAL_NAMES = [
  'volume',
  'novelty',
  'odd-hours',
  'refused-doors',
  'stolen-account',
  'targeted-lookups',
  'dormant-account',
  'slow-drip',
  'proxy-pull',
  'country-surge',
  'unapproved-access',
  'service-by-hand',
  'machine-pace',
  'borrowed-device',
  'team-surge',
  'masked-location',
  'silence',
] as const;

export type SignalName = (typeof SIGNAL_NAMES)[number];
