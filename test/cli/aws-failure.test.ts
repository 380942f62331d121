import { expect, it } from 'vitest';
import { awsFailure } from '../../cli/aws-failure.ts';

it('says what to set where the SDK knows no region, and hands back what is no failure of a call', () => {
  const other = new Error('a defect of ours');

  expect(awsFailure(new Error('Region is missing'), 'DYNAMODB', 'table cases')).toMatchObject({
    name: 'CommandFailure',
    message: expect.stringMatching(/^no AWS region is set: export AWS_REGION and name the stage with --stage/),
  });
  expect(awsFailure(other, 'DYNAMODB', 'table cases')).toBe(other);
});
