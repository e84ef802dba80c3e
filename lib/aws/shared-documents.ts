/**
 * Who writes into the bucket that clusters share: a session for one cluster, which reaches nothing but that cluster's two documents. The
 * bucket function itself may not write there, so that no mistake of ours puts one cluster's keys in the place of another's.
 */
import type { S3Client } from '@aws-sdk/client-s3'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { s3ClientWith, stsClient } from './clients.ts'
import { translate } from './errors.ts'
import { bucketName, SHARED_HOST, sharedDocumentsRoleArn } from './names.ts'
import { credentialsOf } from './session-credentials.ts'
import type { Stack } from './stack.ts'

/** The session is begun at the first call: one that has nothing to write costs nothing. */
export function writerOfDocuments(stack: Stack): (cluster: string) => S3Client {
  return (cluster) => s3ClientWith(stack.region, () => assumeWriter(stack, cluster))
}

async function assumeWriter(stack: Stack, cluster: string) {
  const command = new AssumeRoleCommand({
    RoleArn: sharedDocumentsRoleArn(stack),
    RoleSessionName: `documents-${cluster}`.slice(0, LONGEST_NAME),
    Policy: sessionPolicy(stack, cluster),
    DurationSeconds: SHORTEST_SECONDS,
  })
  const { Credentials } = await stsClient(stack.region).send(command).catch(translate('sts:AssumeRole'))
  return credentialsOf(Credentials)
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SHORTEST_SECONDS = 900
const LONGEST_NAME = 64

function sessionPolicy(stack: Stack, cluster: string): string {
  const Resource = `arn:${stack.partition.name}:s3:::${bucketName(stack, SHARED_HOST)}/${cluster}/*`
  // GetObject: S3 asks for it when a write is on condition of what is there.
  const Action = ['s3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject']
  const Statement = [{ Effect: 'Allow', Action, Resource }]
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
