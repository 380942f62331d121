/** A list price, in dollars. */
export interface Price {
  readonly dollars: number;
  /** For how many of what. */
  readonly per: number;
  readonly unit: string;
  /** AWS's page on which it stands; the pages themselves show prices to browsers only. */
  readonly source: string;
  /** Whether somebody else's page of 2025 or 2026 said the same on `PRICES_AS_OF`. */
  readonly confirmed: boolean;
}

const price = (dollars: number, per: number, unit: string, source: string, confirmed: boolean): Price => ({
  dollars,
  per,
  unit,
  source,
  confirmed,
});

const MILLION = 1e6;
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const DYNAMODB_PROVISIONED = 'https://aws.amazon.com/dynamodb/pricing/provisioned/';
const KINESIS = 'https://aws.amazon.com/kinesis/data-streams/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';

export const PRICES_AS_OF = '2026-11-26';
export const PRICES_REGION = 'us-east-1';

/** List prices without free tiers and volume tiers. Whoever budgets compares them with the pages first. */
export const PRICES = {
  writeRequestUnits: price(0.625, MILLION, 'write request units', DYNAMODB, true),
  readRequestUnits: price(0.125, MILLION, 'read request units', DYNAMODB, true),
  writeCapacityUnitHours: price(0.00065, 1, 'write capacity unit hour', DYNAMODB_PROVISIONED, true),
  readCapacityUnitHours: price(0.00013, 1, 'read capacity unit hour', DYNAMODB_PROVISIONED, true),
  tableGigabyteMonths: price(0.25, 1, 'GB of a table for a month', DYNAMODB, false),
  recoveryGigabyteMonths: price(0.2, 1, 'GB of point-in-time recovery for a month', DYNAMODB, false),
  streamHours: price(0.04, 1, 'hour of an on-demand stream', KINESIS, true),
  streamGigabytesIn: price(0.08, 1, 'GB into an on-demand stream', KINESIS, false),
  streamGigabytesOut: price(0.04, 1, 'GB out of an on-demand stream', KINESIS, false),
  streamGigabyteMonthsKept: price(0.1, 1, 'GB kept beyond a day for a month', KINESIS, false),
  shardHours: price(0.015, 1, 'shard hour', KINESIS, true),
  payloadUnits: price(0.014, MILLION, 'PUT payload units of 25 KB', KINESIS, true),
  shardHoursKept: price(0.02, 1, 'shard hour of retention beyond a day', KINESIS, true),
  lambdaRequests: price(0.2, MILLION, 'invocations', 'https://aws.amazon.com/lambda/pricing/', true),
  lambdaGigabyteSeconds: price(0.0000133334, 1, 'GB-second on arm64', 'https://aws.amazon.com/lambda/pricing/', true),
  objectGigabyteMonths: price(0.023, 1, 'GB in S3 for a month', 'https://aws.amazon.com/s3/pricing/', false),
  objectsPut: price(0.005, 1_000, 'objects put', 'https://aws.amazon.com/s3/pricing/', false),
  queueRequests: price(0.5, MILLION, 'requests to a FIFO queue', 'https://aws.amazon.com/sqs/pricing/', false),
  metricMonths: price(0.3, 1, 'metric for a month', CLOUDWATCH, true),
  alarmMetricMonths: price(0.1, 1, 'metric in an alarm for a month', CLOUDWATCH, false),
  dashboardMonths: price(3, 1, 'dashboard for a month', CLOUDWATCH, true),
  logGigabytes: price(0.5, 1, 'GB of logs', CLOUDWATCH, true),
  traces: price(5, MILLION, 'traces recorded', 'https://aws.amazon.com/xray/pricing/', false),
  keyMonths: price(1, 1, 'key for a month', 'https://aws.amazon.com/kms/pricing/', true),
  secretMonths: price(0.4, 1, 'secret for a month', 'https://aws.amazon.com/secrets-manager/pricing/', false),
} as const satisfies Readonly<Record<string, Price>>;

/** What so much of something costs, dollars. */
export const costOf = (name: keyof typeof PRICES, quantity: number): number => {
  const { dollars, per } = PRICES[name];
  return (quantity * dollars) / per;
};
