import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AccessStream } from './access-stream.ts';
import { BundledFunction, type FunctionSurroundings } from './bundled-function.ts';
import type { EventArchive } from './event-archive.ts';

export interface ArchiveFunctionProps extends FunctionSurroundings {
  readonly accesses: AccessStream;
  readonly archive: EventArchive;
}

/** Copies every event into the archive, in large objects: Firehose would count each for five kilobytes (docs/decisions/0013). */
export class ArchiveFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: ArchiveFunctionProps) {
    super(scope, id, {
      ...props,
      handlerFolder: 'archive',
      description: 'Copies every event into the archive',
      timeout: Duration.minutes(2),
      memoryMegabytes: 512,
      environment: { BUCKET: props.archive.bucketName },
    });
    props.accesses.allowRead(this.role);
    props.archive.allowWrite(this.role);

    const mapping = new EventSourceMapping(this, 'Accesses', {
      target: this.lambda,
      eventSourceArn: props.accesses.streamArn,
      enabled: true,
      startingPosition: StartingPosition.TRIM_HORIZON,
      // The most that there is, or as much as one invocation carries (6 MB): few large objects.
      batchSize: 10_000,
      maxBatchingWindow: Duration.minutes(5),
      // It reads nothing, so no record can be at fault: what fails is tried until the stream forgets it, after a week.
      retryAttempts: -1,
    });
    mapping.node.addDependency(this.role);
  }
}
