import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { aTable, golemRecord, putCluster } from '../registry/registry.ts'
import { anApi } from './fixture.ts'

describe('clusters', () => {
  test('are listed by name, in pages', async () => {
    const table = await aTable()
    const ask = await anApi(table)
    const { desired, ...record } = golemRecord()
    const names = Array.from({ length: 60 }, (_, index) => `c-${String(index).padStart(2, '0')}`)
    await Promise.all(
      names.map((cluster) => putCluster(table, { ...record, desired: { ...desired, cluster } })),
    )

    const first = await ask('GET', '/clusters')
    const second = await ask('GET', '/clusters', { query: { cursor: String(first.json.cursor) } })

    const listed = [first, second].flatMap(({ json }) => json.clusters as { cluster: string }[])
    expect(listed.map(({ cluster }) => cluster)).toEqual([...names, 'golem'])
    expect(second.json).not.toHaveProperty('cursor')
    expect((await ask('GET', '/clusters', { query: { cursor: 'A' } })).statusCode).toBe(400)
  })

  test('say what the API server and the webhook need', async () => {
    const ask = await anApi(await aTable())

    const { json } = await ask('GET', '/clusters/golem')

    expect(json).toMatchObject({
      cluster: 'golem',
      issuer: 'https://irsa.golem.gigantic.io',
      status: 'ANNOUNCED',
      apiServer: {
        flags: [
          '--service-account-issuer=https://irsa.golem.gigantic.io',
          '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
          '--api-audiences=https://irsa.golem.gigantic.io,https://kubernetes.default.svc.cluster.local',
          '--service-account-jwks-uri=https://irsa.golem.gigantic.io/openid/v1/jwks',
        ],
      },
      podIdentityWebhook: {
        flags: expect.arrayContaining([
          '--token-audience=sts.amazonaws.com',
          '--aws-default-region=eu-west-1',
        ]),
      },
    })
    const { kubeadm } = json.apiServer as { kubeadm: string }
    expect(parse(kubeadm)).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
    })
  })

  test('never tell the API server to take the audiences of the roles', async () => {
    const ask = await anApi(await aTable())

    const { json } = await ask('GET', '/clusters/golem')

    expect(JSON.stringify(json.apiServer)).not.toContain('sts.amazonaws.com')
  })
})

test('the catalogue has every entry with its parameters', async () => {
  const ask = await anApi(await aTable())

  const { json } = await ask('GET', '/catalogue')

  expect(json.entries).toContainEqual({
    name: 's3-read',
    description: expect.any(String),
    parameters: expect.objectContaining({ type: 'object', required: ['bucket'] }),
  })
})
