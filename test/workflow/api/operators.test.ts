/** What operators do through the API: executions, pauses, dead letters, plans, tokens explained. */
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createHostedZone } from '../../../cli/local-stack.ts'
import { keysFromPems } from '../../../lib/oidc/jwks.ts'
import { parseFault } from '../../../local/faults.ts'
import { clusterNamed, newKeys, type Pipeline, POLL, sharePipeline } from '../pipeline.ts'
import { announced, asking, CONTENT, settled, untilReady } from './fixture.ts'

const { pem, privateKey } = newKeys()
const WORKSHOP = clusterNamed('workshop', { serviceAccountKeys: [pem] })

let pipeline: Pipeline
const ask = asking(() => pipeline)

beforeAll(async () => {
  pipeline = await sharePipeline()
  await announced(pipeline, 'workshop', WORKSHOP)
})

afterAll(() => pipeline.stop())

describe('an operator', () => {
  test('sees why an execution failed, and has it go on there', async () => {
    const baseDomain = 'broken.example.org'
    await pipeline.announce(clusterNamed('broken', { baseDomain }))
    await vi.waitUntil(async () => (await pipeline.cluster('broken'))?.run?.state === 'FAILED', POLL)

    const listed = await ask('GET', '/executions?status=FAILED')
    const shown = await ask('GET', '/executions/broken-1')
    await createHostedZone(baseDomain)
    const replayed = await ask('POST', '/executions/broken-1/replay')

    const failed = { name: 'broken-1', cluster: 'broken', step: 'certificate', error: 'HostedZoneNotFound' }
    expect(listed.json.executions).toContainEqual(expect.objectContaining(failed))
    expect(shown.json).toMatchObject({
      status: 'FAILED',
      steps: [
        { step: 'bucket', outcome: 'ended' },
        { step: 'certificate', outcome: 'failed' },
      ],
    })
    expect(replayed.json).toMatchObject({ cluster: 'broken', execution: 'broken-1', how: 'redrive' })
    await vi.waitUntil(async () => (await pipeline.cluster('broken'))?.status === 'READY', POLL)
    expect((await ask('GET', '/audit?cluster=broken')).json.entries).toMatchObject([
      { what: 'ExecutionReplayed', about: { execution: 'broken-1' } },
    ])
  })

  test('has nothing work on a cluster, and then all that was asked for meanwhile', async () => {
    await settled(pipeline, 'workshop')
    const before = await pipeline.cluster('workshop')
    const path = '/clusters/workshop/roles/shop/patient'

    expect((await ask('PUT', '/clusters/workshop/pause')).json.paused).toBe(true)
    await pipeline.announce({ ...WORKSHOP, tags: { paused: 'once' } })
    await ask('PUT', path, CONTENT)
    await vi.waitUntil(async () => (await pipeline.cluster('workshop'))?.run !== undefined, POLL)
    await pipeline.invoke('sweep')
    const waiting = await pipeline.cluster('workshop')
    expect(waiting).toMatchObject({ generation: (before?.generation ?? 0) + 1, run: { state: 'RECORDED' } })
    expect((await ask('GET', path)).json.status).toBe('PENDING')
    expect(await pipeline.roleStatuses('workshop')).not.toHaveProperty('shop/patient')

    expect((await ask('DELETE', '/clusters/workshop/pause')).json.paused).toBe(false)

    await untilReady(ask, path)
    await settled(pipeline, 'workshop')
    const { run, status, generation } = (await pipeline.cluster('workshop')) ?? {}
    expect([run, status, generation]).toEqual([undefined, 'READY', waiting?.generation])
  })

  test('sends an event again that a function failed to take, and throws one away that it refused', async () => {
    await settled(pipeline, 'workshop')
    pipeline.aws.faults.add(parseFault('states.StartExecution:before:ServiceUnavailable:9'))
    await pipeline.announce({ ...WORKSHOP, tags: { sent: 'again' } })
    await pipeline.announce({ cluster: 'nonsense' })
    const [broken, wrong] = await vi.waitUntil(async () => {
      const { json } = await ask('GET', '/dead-letters')
      const letters = json.deadLetters as readonly { readonly id: string; readonly isReplayable: boolean }[]
      const sorted = letters.toSorted((one) => (one.isReplayable ? -1 : 1))
      return sorted.length === 2 && sorted
    }, POLL)

    expect((await ask('POST', `/dead-letters/${wrong?.id}/replay`)).json).toMatchObject({
      type: 'urn:irsa:error:DeadLetterNotReplayable',
      status: 409,
    })
    expect((await ask('DELETE', `/dead-letters/${wrong?.id}`)).json).toMatchObject({ error: 'InvalidInput' })
    expect((await ask('POST', `/dead-letters/${broken?.id}/replay`)).status).toBe(202)

    await settled(pipeline, 'workshop')
    expect((await pipeline.cluster('workshop'))?.desired.tags).toEqual({ sent: 'again' })
    expect((await ask('GET', '/dead-letters')).json.deadLetters).toEqual([])
  })

  test('sees what a run would do, and what a removal', async () => {
    await settled(pipeline, 'workshop')

    const plan = await ask('POST', '/clusters/workshop/plan', {})
    const removal = await ask('POST', '/clusters/workshop/plan', { delete: true })

    const things = ['bucket', 'certificate', 'distribution', 'alias', 'provider']
    expect(plan.json.things).toEqual(
      expect.arrayContaining(things.map((resource) => ({ resource, action: 'keep', differences: [] }))),
    )
    expect(removal.json.things).toEqual(
      expect.arrayContaining(things.map((resource) => ({ resource, action: 'remove', differences: [] }))),
    )
  })

  test('is told what STS would do with a token', async () => {
    const path = '/clusters/workshop/roles/shop/explained'
    await ask('PUT', path, CONTENT)
    const { json } = await untilReady(ask, path)
    const [{ kid } = { kid: '' }] = keysFromPems([pem]).keys
    const tokenFor = (serviceAccount: string) =>
      new SignJWT({ sub: `system:serviceaccount:shop:${serviceAccount}` })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer('https://irsa.workshop.gaws.gigantic.io')
        .setAudience('sts.amazonaws.com')
        .setIssuedAt(pipeline.aws.clock.now())
        .setExpirationTime(new Date(pipeline.aws.clock.now().getTime() + 3_600_000))
        .sign(privateKey)
    const explain = async (serviceAccount: string) =>
      (await ask('POST', '/explain', { token: await tokenFor(serviceAccount), roleArn: json.roleArn })).json

    expect(await explain('explained')).toMatchObject({ isAdmitted: true })
    expect(await explain('another')).toMatchObject({ isAdmitted: false, error: 'AccessDenied' })
  })
})
