import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { BorderwatchStack } from './borderwatch-stack.ts';
import { ConfigError, readStages } from './config.ts';

try {
  const app = new App();
  for (const stage of readStages('infra/stages.json')) new BorderwatchStack(app, stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
