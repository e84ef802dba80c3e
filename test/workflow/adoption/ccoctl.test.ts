/** What ccoctl set up: a public bucket that is the issuer, and a provider, the only thing that is taken over. */
import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ForeignIssuer, roleThatTrusts, setUpAsCcoctl } from '../foreign-issuers.ts'
import { takeInventory } from '../inventory.ts'
import { newKeys, type Pipeline, sharePipeline } from '../pipeline.ts'
import { adoptionOn, created, REGION, SUBJECT } from './fixture.ts'

let pipeline: Pipeline
const { plan, adopt, post, exchange } = adoptionOn(() => pipeline)

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

describe('what ccoctl set up', () => {
  const keys = newKeys()
  let foreign: ForeignIssuer
  let detail: object
  let roleArn: string

  beforeAll(async () => {
    foreign = await setUpAsCcoctl('shift', [keys])
    detail = { cluster: 'shift', hosting: { type: 'external', issuer: foreign.issuer } }
    roleArn = await roleThatTrusts(foreign, 'shift-role', SUBJECT)
  })

  test('keeps its public bucket, which is its issuer; the provider is taken over, as the stack’s parameter names it', async () => {
    await expect(exchange(foreign, keys, roleArn, 'openshift')).resolves.toBeDefined()
    const before = await takeInventory()
    expect(await plan('shift', detail)).toMatchObject({ obstacles: [], keptAudiences: ['openshift'] })

    expect(await post('shift', { ...created(detail), resources: foreign.arns })).toMatchObject({
      status: 202,
    })
    expect(await pipeline.runEnded('shift')).toMatchObject({ status: 'SUCCEEDED' })

    await expect(exchange(foreign, keys, roleArn, 'openshift')).resolves.toBeDefined()
    expect(await takeInventory()).toEqual(before)
    const { TagSet } = await new S3Client({ region: REGION }).send(
      new GetBucketTaggingCommand({ Bucket: foreign.bucket }),
    )
    expect(TagSet?.map(({ Key }) => Key)).toEqual(['openshift.io/cloud-credential-operator/shift'])
  })

  test('is not taken over by another cluster', async () => {
    await expect(adopt('other', { ...detail, cluster: 'other' }, foreign.arns)).rejects.toMatchObject({
      name: 'AdoptionRefused',
      message: expect.stringContaining('has the tags of the stack irsa-local, cluster shift'),
    })
  })
})
