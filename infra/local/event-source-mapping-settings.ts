/** The settings of a Kinesis event source mapping; names and ranges are those of Lambda's CreateEventSourceMapping. */
export interface MappingSettings {
  /** Records an invocation gets at most, 1 to 10,000. */
  readonly batchSize: number;
  /** How long records are gathered before an invocation, 0 to 300; `drain` never waits. */
  readonly maximumBatchingWindowSeconds: number;
  /** Invocations of one shard at a time, 1 to 10; a partition key's records still come in order. */
  readonly parallelizationFactor: number;
  /** Whether a batch that failed is split in two. */
  readonly bisectBatchOnFunctionError: boolean;
  /** Retries of one batch, up to 10,000; -1 is without end. */
  readonly maximumRetryAttempts: number;
  /** Records older than that are discarded, 60 to 604,800; -1 is any age. */
  readonly maximumRecordAgeInSeconds: number;
  /** Whether the function's response says from where on to retry. */
  readonly reportBatchItemFailures: boolean;
  /** The one that is modelled. @default TRIM_HORIZON */
  readonly startingPosition?: 'TRIM_HORIZON';
}

/** @throws RangeError naming the setting, its value and what AWS allows */
export function checkMappingSettings(settings: MappingSettings): void {
  check(settings, 'batchSize', 1, 10_000);
  check(settings, 'maximumBatchingWindowSeconds', 0, 300);
  check(settings, 'parallelizationFactor', 1, 10);
  check(settings, 'maximumRetryAttempts', -1, 10_000);
  if (settings.maximumRecordAgeInSeconds !== -1) check(settings, 'maximumRecordAgeInSeconds', 60, 604_800);
}

type NumericSetting = {
  [Name in keyof MappingSettings]: MappingSettings[Name] extends number ? Name : never;
}[keyof MappingSettings];

function check(settings: MappingSettings, name: Exclude<NumericSetting, undefined>, minimum: number, maximum: number) {
  const value = settings[name];
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw new RangeError(`${name} is ${value}; AWS allows whole numbers from ${minimum} to ${maximum}.`);
  }
}
