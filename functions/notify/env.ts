import { parseEnvironment, queueUrl, tableName, topicArn, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseNotifyEnvironment = (variables: Variables) =>
  parseEnvironment(
    'notify',
    { CASES_TABLE: tableName, ALERT_TOPIC_ARN: topicArn, ALERT_QUEUE_URL: queueUrl, DEAD_LETTERS_URL: queueUrl },
    variables,
  );
