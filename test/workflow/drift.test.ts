/** What somebody has changed by hand is as desired again after the next run, with no more rights than the functions have. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acmClient, cloudFrontClient, iamClient, route53Client, s3Client } from '../../lib/aws/clients.ts'
import { parseRoleContent } from '../../lib/policy/request.ts'
import { clusterOf, requireCluster } from '../../lib/registry/cluster-record.ts'
import { readRoleRequest } from '../../lib/registry/roles.ts'
import { aliasResource } from '../../lib/resources/alias.ts'
import { bucketResource } from '../../lib/resources/bucket.ts'
import { certificateResource } from '../../lib/resources/certificate.ts'
import { distributionResource } from '../../lib/resources/distribution.ts'
import { providerResource } from '../../lib/resources/provider.ts'
import { roleResource } from '../../lib/resources/role.ts'
import { desiredRole } from '../../lib/role-compile.ts'
import { clusterNamed, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'
import { tamper } from './tamper.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await startPipeline()
})

afterAll(() => pipeline.stop())

test('everything that was changed by hand is mended by the next run', async () => {
  const detail = clusterNamed('golem', { tags: { team: 'rocket' } })
  await pipeline.announce(detail)
  await expect.poll(() => pipeline.cluster('golem'), POLL).toBeDefined()
  await pipeline.request('golem', roleFor('shop', 'cart', { description: 'before' }))
  await pipeline.runEnded('golem')
  expect(await drifted()).toEqual({})

  await tamper(pipeline, 'golem', 'local_golem_shop_cart')
  expect(Object.keys(await drifted()).toSorted()).toEqual([
    'bucket',
    'certificate',
    'distribution',
    'provider',
    'role',
  ])
  await pipeline.announce({ ...detail, audiences: ['sts.amazonaws.com', 'vault'] })

  expect(await pipeline.runEnded('golem', 2)).toMatchObject({ status: 'SUCCEEDED' })
  expect(await drifted()).toEqual({})
})

/** By thing, the fields that are not as desired; as an administrator sees them. */
async function drifted(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { stack, table } = pipeline.deployed
  const { partition, region } = stack
  const acm = acmClient(partition)
  const cloudFront = cloudFrontClient(partition)
  const route53 = route53Client(partition)
  const iam = iamClient(partition)
  const s3 = s3Client(region)
  const record = await requireCluster(table, 'golem')
  const request = await readRoleRequest(table, 'golem', { namespace: 'shop', serviceAccount: 'cart' })
  if (request === undefined) throw new Error('the role is not requested')
  const wish = { namespace: 'shop', serviceAccount: 'cart', content: parseRoleContent(request.content) }
  const as = (step: 'bucket' | 'certificate' | 'distribution' | 'alias' | 'provider') =>
    clusterOf(record, step, new Date(0).toISOString())
  const observed = {
    bucket: await bucketResource({ s3 }, stack).observe(as('bucket')),
    certificate: await certificateResource({ acm, route53 }, stack).observe(as('certificate')),
    distribution: await distributionResource({ cloudFront, s3 }, stack).observe(as('distribution')),
    alias: await aliasResource({ route53, cloudFront }, stack).observe(as('alias')),
    provider: await providerResource({ iamOf: () => iam }, stack).observe(as('provider')),
    role: await roleResource({ iamOf: () => iam }, stack).observe(desiredRole(stack, record.desired, wish)),
  }
  const fields = Object.entries(observed).map(([name, thing]) => {
    if (thing.status !== 'ready') return [name, [thing.status]] as const
    return [name, thing.differences.map(({ field }) => field)] as const
  })
  return Object.fromEntries(fields.filter(([, names]) => names.length > 0))
}
