/** Many teams at once: more calls than sandboxes of one machine, each answered, and each role made once. */
import { ListRolesCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { iamClient } from '../../lib/aws/clients.ts'
import { partitionOf } from '../../lib/aws/partitions.ts'
import { clusterNamed, type Pipeline, POLL, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
  await pipeline.announce(clusterNamed('crowded'))
  await vi.waitUntil(async () => (await pipeline.cluster('crowded')) !== undefined, POLL)
})

afterAll(() => pipeline.stop())

test('of 200 requests at once each has its role, once', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `role-${index}`).toSorted()
  const content = { policies: [{ catalogue: 's3-read', parameters: { bucket: 'crowded-data' } }] }

  const asked = await Promise.all(
    names.map((name) => pipeline.ask('PUT', `/clusters/crowded/roles/many/${name}`, content)),
  )

  expect(asked.filter(({ status }) => status !== 201)).toEqual([])
  const statuses = await vi.waitUntil(async () => {
    const settled = await pipeline.roleStatuses('crowded')
    return Object.keys(settled).length === names.length && settled
  }, PATIENT)
  expect(names.map((name) => statuses[`many/${name}`])).toEqual(
    names.map(() => expect.objectContaining({ state: 'READY', version: 1 })),
  )
  expect(await roleNames()).toEqual(names.map((name) => `local_crowded_many_${name}`))
  await vi.waitUntil(async () => (await rolesReady()).length >= names.length, PATIENT)
  expect((await rolesReady()).toSorted()).toEqual(names)
}, 120_000)

const PATIENT = { timeout: 60_000, interval: 500 }

async function roleNames(): Promise<(string | undefined)[]> {
  const input = { PathPrefix: '/irsa/crowded/', MaxItems: 1000 }
  const { Roles = [] } = await iamClient(partitionOf(REGION)).send(new ListRolesCommand(input))
  return Roles.map(({ RoleName }) => RoleName).toSorted()
}

/** Told by whoever settled the role: twice, had it been settled twice. */
async function rolesReady(): Promise<string[]> {
  const ready = (await pipeline.told()).filter(
    ({ 'detail-type': type, detail }) => type === 'Role Ready' && detail.cluster === 'crowded',
  )
  return ready.map(({ detail }) => String(detail.serviceAccount))
}
