/** What of others' things may be tagged through the API, by the parameter `adoptedResources`. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { ADOPTED_RESOURCES } from '../../cli/package-stack.ts'
import { adoptionEnvironment, readEnvironment } from '../../lib/config.ts'
import { readPackaged, statementsOf } from './packaged.ts'

const arnsFor: (variables: { resolveVariable: () => Promise<string> }) => Promise<unknown> = createRequire(
  import.meta.url,
)('../../serverless/adopted-resources.cjs')

const allowed = (adoptedResources: string) => arnsFor({ resolveVariable: async () => adoptedResources })

const ARNS = [
  'arn:aws:acm:us-east-1:111122223333:certificate/7f1c2a34-0b5d-4e6f-8a9b-0c1d2e3f4a5b',
  'arn:aws:cloudfront::111122223333:distribution/E1ABCDEF2GHIJ3',
  'arn:aws:iam::111122223333:oidc-provider/s3.eu-central-1.amazonaws.com/golem-oidc',
]

/** What is packaged is deployed in any. */
const inPartition = (arn: string) => ({ 'Fn::Sub': arn.replace('arn:aws:', 'arn:${AWS::Partition}:') })

test('those that are named, and no others', async () => {
  expect(await allowed(ARNS.join(', '))).toEqual(ARNS.map(inPartition))
  expect(readEnvironment(adoptionEnvironment, { ADOPTED_RESOURCES: ARNS.join(',') })).toEqual({
    ADOPTED_RESOURCES: ARNS,
  })
})

test('where none is named, what nobody can have', async () => {
  expect(await allowed('')).toEqual([inPartition('arn:aws:iam::000000000000:oidc-provider/none')])
  expect(readEnvironment(adoptionEnvironment, { ADOPTED_RESOURCES: '' })).toEqual({ ADOPTED_RESOURCES: [] })
})

test.each([
  '*',
  'golem-oidc',
  'arn:aws:cloudfront::111122223333:distribution/*',
  'arn:aws:iam::*:oidc-provider/irsa.example.com',
  'arn:aws:iam::111122223333:oidc-provider/irsa.?.example.com',
  'arn:aws:iam::111122223333:role/admin',
  'arn:aws:s3:::golem-oidc',
])('%s names nothing that can be taken over, and nothing is packaged or begun with it', async (arn) => {
  await expect(allowed(arn)).rejects.toThrow('without wildcards')
  expect(() => readEnvironment(adoptionEnvironment, { ADOPTED_RESOURCES: arn })).toThrow('ADOPTED_RESOURCES')
})

test('the function may write the two tags of ours onto these, and onto nothing else', async () => {
  const { AdoptRole } = (await readPackaged()).resources
  const statements = AdoptRole === undefined ? [] : statementsOf(AdoptRole)
  const writing = statements.filter(({ Action }) =>
    [Action].flat().some((action) => /:(Add|Put|Tag)\w*Tag|:Tag/.test(action)),
  )

  expect(writing).toEqual([
    {
      Sid: 'TagAdoptedResources',
      Effect: 'Allow',
      Action: ['acm:AddTagsToCertificate', 'cloudfront:TagResource', 'iam:TagOpenIDConnectProvider'],
      Resource: [inPartition(ADOPTED_RESOURCES)],
      Condition: {
        StringEquals: { 'aws:RequestTag/irsa:stack': 'irsa-local' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['irsa:stack', 'irsa:cluster'] },
      },
    },
    {
      Sid: 'TagAdoptedBuckets',
      Effect: 'Allow',
      Action: 's3:PutBucketTagging',
      Resource: ['irsa-local-*', '*-oidc-pod-identity*'].map((name) => ({
        'Fn::Sub': `arn:\${AWS::Partition}:s3:::${name}`,
      })),
    },
  ])
})

test('the function changes nothing but tags, the registry, the audit and executions', async () => {
  const { AdoptRole } = (await readPackaged()).resources
  const actions = (AdoptRole === undefined ? [] : statementsOf(AdoptRole)).flatMap(({ Action }) =>
    [Action].flat(),
  )

  expect(
    actions.filter((action) => !/^(logs|xray):|:(Get|List|Describe|Query)/.test(action)).toSorted(),
  ).toEqual([
    'acm:AddTagsToCertificate',
    'cloudfront:TagResource',
    'dynamodb:DeleteItem',
    'dynamodb:PutItem',
    'dynamodb:PutItem',
    'iam:TagOpenIDConnectProvider',
    's3:PutBucketTagging',
    'states:RedriveExecution',
    'states:StartExecution',
  ])
})
