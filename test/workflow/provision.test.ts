/** The main job, with the packaged functions and the real state machine: one event in, working roles out. */
import { paginateGetExecutionHistory } from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REGION } from '../../cli/package-stack.ts'
import { prove } from '../../cli/start/proof.ts'
import { allItems } from '../../lib/aws/pages.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { RESOURCE_STEPS, STEPS, stepOfState } from '../../lib/steps.ts'
import { clusterNamed, newKeys, type Pipeline, POLL, roleFor, sharePipeline } from './pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await sharePipeline()
})

afterAll(() => pipeline.stop())

describe('a cluster that is announced', () => {
  test('gets an issuer, a provider and its roles, and the roles can be assumed', async () => {
    const { pem, privateKey } = newKeys()
    await pipeline.announce(clusterNamed('adam', { serviceAccountKeys: [pem] }))
    await expect.poll(() => pipeline.cluster('adam'), POLL).toBeDefined()
    await pipeline.request('adam', roleFor('shop', 'cart'), roleFor('shop', 'till'))

    const { status } = await pipeline.runEnded('adam')

    expect(status).toBe('SUCCEEDED')
    const record = await pipeline.cluster('adam')
    expect(record).toMatchObject({ status: 'READY', generation: 1, runs: 1 })
    expect(record).not.toHaveProperty('run')
    expect(Object.keys(record?.outputs ?? {}).toSorted()).toEqual(RESOURCE_STEPS.toSorted())
    const statuses = await pipeline.roleStatuses('adam')
    expect(Object.values(statuses).map(({ state }) => state)).toEqual(['READY', 'READY'])
    const [key] = keysFromPems([pem]).keys
    const proof = await prove(
      { privateKey, kid: key?.kid ?? '', alg: 'ES256' },
      {
        issuer: 'https://irsa.adam.gaws.gigantic.io',
        audience: 'sts.amazonaws.com',
        namespace: 'shop',
        serviceAccount: 'cart',
        roleArn: statuses['shop/cart']?.roleArn ?? '',
        issuedAt: pipeline.aws.clock.now(),
      },
      REGION,
    )
    expect(proof).toMatchObject({ status: 'proven' })
  })

  test('goes through the steps in their order', async () => {
    await pipeline.announce(clusterNamed('ordered'))

    const { executionArn } = await pipeline.runEnded('ordered')

    const events = await allItems(
      'states:GetExecutionHistory',
      paginateGetExecutionHistory({ client: pipeline.deployed.sfn }, { executionArn }),
      (page) => page.events,
    )
    const tasks = events.filter(({ type }) => type === 'TaskStateEntered')
    const steps = tasks.flatMap(
      ({ stateEnteredEventDetails }) => stepOfState(stateEnteredEventDetails?.name ?? '') ?? [],
    )
    expect([...new Set(steps)]).toEqual([...STEPS])
  })

  test('is told of when its issuer is ready, with the keys that it serves, and each role when it is', async () => {
    const { pem } = newKeys()
    const kid = keysFromPems([pem]).keys[0]?.kid
    await pipeline.announce(clusterNamed('told', { serviceAccountKeys: [pem] }))
    await expect.poll(() => pipeline.cluster('told'), POLL).toBeDefined()
    await pipeline.request('told', roleFor('shop', 'cart'))
    await pipeline.runEnded('told')

    const told = (await pipeline.told()).filter(({ detail }) => detail.cluster === 'told')

    const common = {
      cluster: 'told',
      accountId: '000000000000',
      issuer: 'https://irsa.told.gaws.gigantic.io',
      generation: 1,
      run: 1,
    }
    expect(told.map((event) => [event['detail-type'], event.detail])).toEqual([
      [
        'Issuer Ready',
        {
          ...common,
          providerArn: 'arn:aws:iam::000000000000:oidc-provider/irsa.told.gaws.gigantic.io',
          audiences: ['sts.amazonaws.com'],
        },
      ],
      ['Keys Published', { ...common, kids: [kid] }],
      [
        'Role Ready',
        {
          ...common,
          namespace: 'shop',
          serviceAccount: 'cart',
          roleArn: 'arn:aws:iam::000000000000:role/irsa/told/local_told_shop_cart',
        },
      ],
    ])
  })
})
