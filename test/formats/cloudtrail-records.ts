import { readFileSync } from 'node:fs';

type Json = Record<string, unknown>;

const file = new URL('../fixtures/cloudtrail-s3/ec2_proxy_s3_exfiltration_2020-09-14011940.json', import.meta.url);

/** 103 real CloudTrail records of a staged exfiltration from S3, as they were exported. */
export const realRecords: readonly Json[] = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** The `userIdentity` of somebody signed in as an IAM user. */
export const ALICE = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: 'arn:aws:iam::111122223333:user/Alice',
  userName: 'Alice',
};

/** The `userIdentity` of a role's session. */
export function roleSession(
  session: string,
  role = 'arn:aws:iam::111122223333:role/Analyst',
  context: Json = {},
): Json {
  const name = role.split('/').at(-1);
  return {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLE:${session}`,
    arn: `arn:aws:sts::111122223333:assumed-role/${name}/${session}`,
    sessionContext: { sessionIssuer: { type: 'Role', userName: name, arn: role }, ...context },
  };
}

/** A data event of S3 in the present version of the format. */
export function dataEvent(changes: Json = {}): Json {
  return {
    eventVersion: '1.11',
    eventID: '7f9a6c5e-0000-4000-8000-000000000001',
    eventTime: '2026-11-23T10:15:30Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    eventCategory: 'Data',
    managementEvent: false,
    readOnly: true,
    sourceIPAddress: '36.110.4.7',
    userIdentity: ALICE,
    requestParameters: { bucketName: 'exports', key: 'users/us/1.csv' },
    additionalEventData: { bytesTransferredOut: 4096, bytesTransferredIn: 0 },
    responseElements: null,
    ...changes,
  };
}
