import * as z from 'zod'
import { allow, catalogueEntry } from './entry.ts'
import { kmsKeyArns } from './parameters.ts'

const secretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}\*?$/, 'must be the name of a secret, or its beginning followed by *')

const parameterPath = z
  .string()
  .regex(/^\/?[\w./-]{1,1000}\*?$/, 'must be the name of a parameter, or its beginning followed by *')

/** https://external-secrets.io/latest/provider/aws-secrets-manager/ and /provider/aws-parameter-store/ */
export const externalSecrets = catalogueEntry({
  name: 'external-secrets',
  description: "External Secrets Operator: reads the secrets and parameters named, in the cluster's region.",
  parameters: z
    .strictObject({
      secrets: z.array(secretName).max(50).default([]).describe('Of Secrets Manager.'),
      parameters: z.array(parameterPath).max(50).default([]).describe('Of Systems Manager.'),
      kmsKeyArns: kmsKeyArns.describe('Keys of our own that they are encrypted with.'),
    })
    .refine(
      ({ secrets, parameters }) => secrets.length + parameters.length > 0,
      'must name at least one secret or parameter',
    ),
  statements: (parameters, { partition, region, accountId }) => [
    ...allow(
      [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetResourcePolicy',
        'secretsmanager:GetSecretValue',
        'secretsmanager:ListSecretVersionIds',
      ],
      parameters.secrets.map(
        (name) => `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${secretArnEnd(name)}`,
      ),
    ),
    // Finding by name or tag lists all names; reading a batch is checked per secret again.
    ...allow(
      ['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'],
      parameters.secrets.length > 0 ? ['*'] : [],
    ),
    ...allow(
      ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
      parameters.parameters.map(
        (path) => `arn:${partition}:ssm:${region}:${accountId}:parameter/${path.replace(/^\//, '')}`,
      ),
    ),
    ...allow(['ssm:DescribeParameters'], parameters.parameters.length > 0 ? ['*'] : []),
    ...allow(['kms:Decrypt'], parameters.kmsKeyArns),
  ],
})

/** Secrets Manager adds a hyphen and six characters of its own to the name. */
function secretArnEnd(name: string): string {
  return name.endsWith('*') ? name : `${name}-??????`
}
