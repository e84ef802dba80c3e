/**
 * Bundled in place of `@aws-sdk/credential-provider-node` (alias in serverless.yml): Lambda gives a function its credentials in the
 * environment, so the SSO, sign-in and STS clients of the SDK's default chain would never be called.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'
