/** How a team comes to its roles over HTTP: behind API Gateway's authorizer, with the packaged function and its role. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { parseFault } from '../../../local/faults.ts'
import { clusterNamed, type Pipeline, POLL, sharePipeline } from '../pipeline.ts'
import { allMade, announced, asking, CONTENT, untilReady } from './fixture.ts'

let pipeline: Pipeline
const ask = asking(() => pipeline)

beforeAll(async () => {
  pipeline = await sharePipeline()
  await announced(pipeline, 'pottery', clusterNamed('pottery'))
})

afterAll(() => pipeline.stop())

const ROLE = '/clusters/pottery/roles/shop/cart'

test('a team asks for a role and has it, with the ServiceAccount to apply', async () => {
  const asked = await ask('PUT', ROLE, CONTENT)
  const ready = await untilReady(ask, ROLE)
  const manifest = await ask('GET', `${ROLE}/manifest`)
  const told = await vi.waitUntil(
    async () =>
      (await pipeline.told()).find(
        ({ 'detail-type': type, detail }) => type === 'Role Ready' && detail.cluster === 'pottery',
      ),
    POLL,
  )

  expect([asked.status, asked.headers.get('etag')]).toEqual([201, '"1"'])
  expect(asked.json.requestedBy).toBe('iam:arn:aws:iam::000000000000:user/local')
  expect(ready.json.roleArn).toBe(told.detail.roleArn)
  expect(ready.json).not.toHaveProperty('error')
  expect(parse(manifest.body).metadata.annotations['eks.amazonaws.com/role-arn']).toBe(told.detail.roleArn)
})

test('a team has its role taken away, and may ask for it anew', async () => {
  const path = '/clusters/pottery/roles/shop/stall'
  const asked = await ask('PUT', path, CONTENT)
  await untilReady(ask, path)

  const removed = await ask('DELETE', path, undefined, { 'if-match': '"1"' })

  expect([removed.status, removed.json.status, removed.json.version]).toEqual([202, 'REMOVING', 2])
  await vi.waitUntil(async () => (await ask('GET', path)).status === 404, POLL)
  expect((await ask('DELETE', path)).status).toBe(204)
  const anew = await ask('PUT', path, CONTENT)
  expect([anew.status, anew.json.roleArn]).toEqual([201, asked.json.roleArn])
  const { json } = await ask('GET', '/audit?cluster=pottery&role=shop/stall')
  expect(json.entries).toMatchObject([
    { what: 'RoleChanged' },
    { what: 'RoleRemoved' },
    { what: 'RoleChanged' },
  ])
})

test('what does not work is refused, and so is what cannot be looked at: nothing is written then', async () => {
  const path = '/clusters/pottery/roles/shop/mistaken'
  const policies = (Action: string) => ({
    policies: [
      { statements: [{ Effect: 'Allow', Action: ['s3:GetObject', Action], Resource: 'arn:aws:s3:::a/*' }] },
    ],
  })

  const mistaken = await ask('PUT', path, policies('s3:GetObjct'))
  pipeline.aws.faults.add(parseFault('access-analyzer.ValidatePolicy:before:ThrottlingException:4'))
  const throttled = await ask('PUT', path, policies('s3:GetObjectTagging'))
  const role = await ask('GET', path)

  expect([mistaken.status, throttled.status, role.status]).toEqual([422, 503, 404])
  expect(mistaken.json.errors).toMatchObject([
    { rule: 'AnalyzerError', pointer: '/policies/0/statements/0/Action/1' },
  ])
  expect(throttled.json).toMatchObject({ type: 'urn:irsa:error:Throttled' })
  expect(throttled.headers.get('retry-after')).toBe('1')
})

test('what was changed is in the audit of the cluster, and of the day', async () => {
  const { json } = await ask('PUT', '/clusters/pottery/roles/shop/audited', CONTENT)
  const day = z.iso.datetime().parse(json.requestedAt).slice(0, 10)

  for (const query of ['cluster=pottery', `day=${day}`])
    await vi.waitFor(async () => {
      const about = { cluster: 'pottery', role: 'shop/audited' }
      expect((await ask('GET', `/audit?${query}`)).json.entries).toContainEqual(
        expect.objectContaining({ what: 'RoleChanged', about }),
      )
    }, POLL)
})

test('of many who ask at once each has its role, once', async () => {
  const paths = Array.from({ length: 4 }, (_, index) => `/clusters/pottery/roles/many/role-${index}`)

  const asked = await Promise.all([...paths, ...paths].map((path) => ask('PUT', path, CONTENT)))

  for (const { status, headers } of asked) {
    expect([200, 201]).toContain(status)
    expect(headers.get('etag')).toBe('"1"')
  }
  await allMade(ask, 'pottery')
})
