import { Duration } from 'aws-cdk-lib';

/** What alarms sum a metric up by. */
export const MINUTE = Duration.minutes(1);
export const FIVE_MINUTES = Duration.minutes(5);
export const QUARTER = Duration.minutes(15);
