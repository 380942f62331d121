import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { SYNTHESIS_TIMEOUT, synthesise } from './synthesised-stack.ts';

const PACKS = [
  ['AwsSolutions', AwsSolutionsChecks],
  ['NIST 800-53 R5', NIST80053R5Checks],
] as const;

describe('the security rules', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it.each(PACKS)('%s: every finding is mended or answered with a reason', (_name, Pack) => {
    const { app } = synthesise({ stream: { mode: 'provisioned', shards: 2 } });

    expect(new Pack(app).validateScope(app).violations).toEqual([]);
  });

  it.each(PACKS)('%s: still find what nobody answered for', (_name, Pack) => {
    const { app, stack } = synthesise();
    new Bucket(stack, 'Careless');

    const { violations } = new Pack(app).validateScope(app);

    expect(violations.flatMap(({ violatingResources }) => violatingResources)).toContainEqual(
      expect.objectContaining({ constructPath: expect.stringContaining('Careless') }),
    );
  });
});
