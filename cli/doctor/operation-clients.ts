import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';

/** Services that only a person at a terminal asks: region, endpoint and credentials are the SDK's own. */
export const makeLambdaClient = (): LambdaClient => new LambdaClient({ maxAttempts: 4 });
export const makeCloudWatchClient = (): CloudWatchClient => new CloudWatchClient({ maxAttempts: 4 });
