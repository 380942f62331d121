// A process of its own that holds the functions and nothing else, as a Lambda environment does: it can be killed at any moment,
// and whoever invoked it then knows no more than that no answer came.
import type { KinesisStreamEvent, SQSEvent } from 'aws-lambda';
import { type LocalFunctions, loadFunctions } from '../../infra/local/functions.ts';
import type { Answer, Request } from './consumer-process.ts';

let functions: Promise<LocalFunctions> | undefined;
let now = 0;

// Nobody is left to work for.
process.once('disconnect', () => process.exit());
process.on('message', (request: Request) => {
  if (request.kind === 'start') {
    functions = loadFunctions(request.environment, request.resources, () => now);
    return;
  }
  const { id } = request;
  invoke(request).then(
    (value) => process.send?.({ id, value } satisfies Answer),
    (error) => process.send?.({ id, error: String(error) } satisfies Answer),
  );
});

async function invoke(request: Exclude<Request, { kind: 'start' }>): Promise<unknown> {
  if (!functions) throw new Error('invoked before it was started');
  const { detect, assess, notify } = await functions;
  switch (request.kind) {
    case 'detect':
      return detect(request.event as KinesisStreamEvent);
    case 'notify':
      return notify(request.event as SQSEvent);
    case 'assess':
      now = request.now;
      return assess();
    default:
      return request satisfies never;
  }
}
