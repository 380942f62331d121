import { parseEnvironment, queueUrl, settingsPath, streamName, tableName, type Variables } from '../environment.ts';

/** @throws Error naming every variable that is missing or wrong */
export const parseAssessEnvironment = (variables: Variables) =>
  parseEnvironment(
    'assess',
    {
      BASELINES_TABLE: tableName,
      DIRECTORY_TABLE: tableName,
      CASES_TABLE: tableName,
      LINK_LOG_TABLE: tableName,
      STREAM_NAME: streamName,
      ALERT_QUEUE_URL: queueUrl,
      SETTINGS_PATH: settingsPath,
    },
    variables,
  );
