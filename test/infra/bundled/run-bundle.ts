import { createRequire } from 'node:module';

// Node shows the line that threw, and a bundle is one line of megabytes: its message is what matters.
process.once('uncaughtException', (error) => {
  process.stderr.write(`${error}\n`, () => process.exit(1));
});
// The child's side: loads one bundle and hands it what the parent sends, as Lambda's runtime does.
const { handler } = createRequire(import.meta.url)(process.argv[2] ?? '');
let requests = 0;

process.on('message', async (event) => {
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: `request-${++requests}`,
    getRemainingTimeInMillis: () => 60_000,
  };
  try {
    process.send?.({ result: (await handler(event, context)) ?? null });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.send?.({ ready: true });
