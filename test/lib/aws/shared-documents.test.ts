import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, expect, test } from 'vitest'
import { writerOfDocuments } from '../../../lib/aws/shared-documents.ts'
import { STACK } from '../resources/golem.ts'
import { sent } from './sdk.ts'

const sts = mockClient(STSClient)

// A mock of the class, not of a client: other files in this process have their own.
afterAll(() => sts.restore())

test('documents are written by a session that reaches what is below the cluster’s prefix, and nothing else', async () => {
  sts.on(AssumeRoleCommand).resolves({
    Credentials: {
      AccessKeyId: 'ASIAEXAMPLE',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date('2099-01-31T12:15:00Z'),
    },
  })

  const client = writerOfDocuments(STACK)('golem')
  expect(sent(sts)).toEqual([])
  expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })

  const Statement = {
    Effect: 'Allow',
    Action: ['s3:DeleteObjectVersion', 's3:GetObject', 's3:PutObject'],
    Resource: 'arn:aws:s3:::irsa-dev-shared-issuers-000000000000-eu-central-1-an/golem/*',
  }
  expect(sent(sts)).toEqual([
    [
      'AssumeRole',
      {
        RoleArn: 'arn:aws:iam::000000000000:role/irsa-dev-shared-documents',
        RoleSessionName: 'documents-golem',
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }),
        DurationSeconds: 900,
      },
    ],
  ])
})
