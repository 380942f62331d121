import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { BorderwatchStack } from '../../infra/borderwatch-stack.ts';
import { parseStages } from '../../infra/config.ts';
import { projectContext } from '../../infra/function-bundles.ts';

/** Synthesis takes seconds, and minutes on a machine that is busy with much else. */
export const SYNTHESIS_TIMEOUT = 600_000;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Properties = { readonly [key: string]: Json };

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  readonly deletionPolicy: string | undefined;
  /** Logical ids of what is made before it. */
  readonly dependsOn: readonly string[];
}

export interface SynthesisedStack {
  readonly app: App;
  readonly stack: BorderwatchStack;
  /** What CloudFormation gets. */
  readonly template: object;
  readonly resources: readonly Resource[];
  readonly ofType: (type: string) => readonly Resource[];
  /** The resource of a type whose logical id begins so. @throws when there is no such resource, or more than one */
  readonly only: (type: string, idStart?: string) => Resource;
  /** The resource of a type with a name. @throws when there is no such resource, or more than one */
  readonly named: (type: string, nameProperty: string, name: string) => Resource;
}

/** The template of a stage, without bundling its functions. @param overrides what differs from the smallest configuration */
export function synthesise(overrides: Readonly<Record<string, unknown>> = {}): SynthesisedStack {
  const [config] = parseStages(
    { prod: { region: 'us-east-1', account: '111122223333', alertEmails: ['alerts@example.com'], ...overrides } },
    'the test',
  );
  if (!config) throw new Error('no stage');
  const outdir = mkdtempSync(join(tmpdir(), 'borderwatch-synth-'));
  const app = new App({
    outdir,
    context: { ...projectContext(), 'aws:cdk:bundling-stacks': [] },
  });
  const stack = new BorderwatchStack(app, config);
  const template = app.synth().getStackByName(stack.stackName).template;
  rmSync(outdir, { recursive: true, force: true });
  const resources = Object.entries(template.Resources as Record<string, Record<string, unknown>>).map(
    ([id, { Type, Properties, DeletionPolicy, DependsOn }]): Resource => ({
      id,
      type: String(Type),
      properties: (Properties ?? {}) as Properties,
      deletionPolicy: DeletionPolicy as string | undefined,
      dependsOn: (DependsOn ?? []) as readonly string[],
    }),
  );
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const exactlyOne = (found: readonly Resource[], wanted: string) => {
    const [first] = found;
    if (!first || found.length > 1) throw new Error(`${found.length} resources are ${wanted}`);
    return first;
  };
  const only = (type: string, idStart = '') =>
    exactlyOne(
      ofType(type).filter(({ id }) => id.startsWith(idStart)),
      `of type ${type} and begin with "${idStart}"`,
    );
  const named = (type: string, nameProperty: string, name: string) =>
    exactlyOne(
      ofType(type).filter(({ properties }) => properties[nameProperty] === name),
      `of type ${type} and called ${name}`,
    );
  return { app, stack, template, resources, ofType, only, named };
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly Json[];
  readonly principal: Json | undefined;
  readonly condition: Properties;
}

const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Json];

/** The statements of a policy document. */
export function statementsOf(document: Json | undefined): readonly Statement[] {
  const { Statement } = document as { readonly Statement: readonly Properties[] };
  return Statement.map(({ Sid, Effect, Action, Resource, Principal, Condition }) => ({
    sid: Sid as string | undefined,
    effect: String(Effect),
    actions: listOf(Action).map(String),
    resources: listOf(Resource),
    principal: Principal,
    condition: (Condition ?? {}) as Properties,
  }));
}

/** The logical id that a reference (Ref, GetAtt, or a text put together from one) leads to, with what follows it. */
export function targetOf(reference: Json): string {
  if (typeof reference === 'string') return reference;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': text } = reference as Properties;
  if (typeof text === 'string') return text.replace(/\$\{AWS::Partition\}/g, 'aws');
  if (typeof Ref === 'string') return Ref;
  if (Array.isArray(attribute)) return String(attribute[0]);
  const [, parts] = join as readonly [string, readonly Json[]];
  return parts.map(targetOf).join('');
}
