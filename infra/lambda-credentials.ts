import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in the bundles for the SDK's chain of credential providers. Lambda hands credentials over in the environment and
 * nowhere else, so profiles, single sign-on and instance metadata are 110 KiB that would be loaded at every cold start and
 * never used. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = () => fromEnv();
