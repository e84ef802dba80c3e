/** What functions may touch of others' buckets, by the parameter `adoptedBuckets`. */
import { createRequire } from 'node:module'
import { expect, test } from 'vitest'

type Variables = { resolveVariable: (name: string) => Promise<string> }

const lists: Readonly<Record<string, (variables: Variables) => Promise<unknown>>> = createRequire(
  import.meta.url,
)('../../serverless/adopted-buckets.cjs')

const of = (list: string, adoptedBuckets: string) =>
  lists[list]?.({ resolveVariable: async (name) => (name === 'sls:stage' ? 'prod' : adoptedBuckets) })
const arn = (path: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${path}` })

test('without any, what is the stack’s own anyway, and no CNAME', async () => {
  expect(await of('buckets', '')).toEqual([arn('irsa-prod-*')])
  expect(await of('documents', '')).toEqual([
    arn('irsa-prod-*/.well-known/openid-configuration'),
    arn('irsa-prod-*/openid/v1/jwks'),
  ])
  expect(await of('objects', '')).toEqual([arn('irsa-prod-*/*')])
  expect(await of('bucketsAndObjects', '')).toEqual([arn('irsa-prod-*'), arn('irsa-prod-*/*')])
  expect(await of('aliasTypes', '')).toEqual(['A', 'AAAA'])
  expect(await of('ownAndAdopted', '')).toEqual(await of('buckets', ''))
  expect(await of('ownAndAdoptedDocuments', '')).toEqual(await of('documents', ''))
})

test('beside the stack’s own, where both are looked at', async () => {
  expect(await of('ownAndAdopted', 'golem-oidc')).toEqual([arn('irsa-prod-*'), arn('golem-oidc')])
  expect(await of('ownAndAdoptedDocuments', 'golem-oidc')).toEqual([
    arn('irsa-prod-*/.well-known/openid-configuration'),
    arn('irsa-prod-*/openid/v1/jwks'),
    arn('golem-oidc/*'),
  ])
})

test('those that are named, and no others', async () => {
  const adopted = 'golem-oidc, *-g8s-*'

  expect(await of('buckets', adopted)).toEqual([arn('golem-oidc'), arn('*-g8s-*')])
  expect(await of('documents', adopted)).toEqual([arn('golem-oidc/*'), arn('*-g8s-*/*')])
  expect(await of('objects', adopted)).toEqual([arn('golem-oidc/*'), arn('*-g8s-*/*')])
  expect(await of('bucketsAndObjects', 'golem-oidc')).toEqual([arn('golem-oidc'), arn('golem-oidc/*')])
  expect(await of('aliasTypes', adopted)).toEqual(['A', 'AAAA', 'CNAME'])
})

test.each(['*', '***', 'a/b', 'Golem', 'a b c'])(
  '%s names no bucket, and nothing is packaged with it',
  async (name) => {
    await expect(of('buckets', name)).rejects.toThrow('must be the name of a bucket')
  },
)
