import { type Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { NamedRole } from './named-role.ts';

export interface RegularStartProps {
  readonly lambda: IFunction;
  /** The schedule's name. */
  readonly name: string;
  readonly id: string;
  readonly every: Duration;
  readonly description: string;
}

/** Starts a function again and again. A run that fails is not repeated: the next one comes soon. */
export function startRegularly(scope: Construct, { lambda, name, id, every, description }: RegularStartProps): void {
  const patience = Math.min(60, every.toSeconds());
  // Scheduler hands the event to Lambda's own queue, which would try twice more and keep a throttled one for six hours.
  lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: every });
  const scheduler = new NamedRole(scope, 'SchedulerRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    description: `Starts ${name} every ${every.toHumanString()}`,
  });
  scheduler.allow(['lambda:InvokeFunction'], [lambda.functionArn]);
  const schedule = new Schedule(scope, id, {
    scheduleName: name,
    description,
    schedule: ScheduleExpression.rate(every),
    timeWindow: TimeWindow.off(),
    enabled: true,
    target: {
      bind: () => ({
        arn: lambda.functionArn,
        role: scheduler.role,
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: patience },
      }),
    },
  });
  schedule.node.addDependency(scheduler);
}
