import { fileURLToPath } from 'node:url';
import { type BundlingOptions, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';

/** The repository's folder; entries and copied files are named from here. */
export const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The file in the bundle that `infra/bundle.ts` measures. */
export const BUNDLE_FILE = 'index.js';

/**
 * How every function is bundled: one file with everything in it, the SDK too, so that what was tested is what runs. CommonJS,
 * which Lambda's runtime loads by `require`: an ES module that imports one of Node's own modules has every export of that made at
 * once. Loaded in turns, the same bundles take a few per cent less processor time so.
 *
 * @param copies files that lie beside the bundle, by their name there; their source is named from the repository's folder
 */
export function functionBundling(copies: Readonly<Record<string, string>> = {}): BundlingOptions {
  return {
    format: OutputFormat.CJS,
    // Without it esbuild prefers the packages' CommonJS builds, out of which nothing that is not used can be left.
    mainFields: ['module', 'main'],
    target: 'node24',
    minify: true,
    bundleAwsSDK: true,
    // Written beside the bundle but not named in it: a stack trace can be decoded later, no start ever loads it.
    sourceMap: true,
    sourceMapMode: SourceMapMode.EXTERNAL,
    sourcesContent: false,
    esbuildArgs: {
      '--alias:@aws-sdk/credential-provider-node': './infra/lambda-credentials.ts',
      '--alias:@smithy/core/event-streams': './infra/lambda-event-streams.ts',
      '--legal-comments': 'none',
    },
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (inputFolder, outputFolder) =>
        Object.entries(copies).map(([name, source]) => `cp "${inputFolder}/${source}" "${outputFolder}/${name}"`),
    },
  };
}
