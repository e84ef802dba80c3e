/** The route of adoptions: who is let in, what it tags, what it refuses. The provider of an external issuer is all that there is. */
import { ACMClient } from '@aws-sdk/client-acm'
import { CloudFrontClient } from '@aws-sdk/client-cloudfront'
import {
  GetOpenIDConnectProviderCommand,
  IAMClient,
  type Tag,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { Route53Client } from '@aws-sdk/client-route-53'
import { S3Client } from '@aws-sdk/client-s3'
import { mockClient } from 'aws-sdk-client-mock'
import { describe, expect, test } from 'vitest'
import { adoptRoute } from '../../../lib/api/adopt/route.ts'
import { createRouter } from '../../../lib/api/router.ts'
import { readAudit } from '../../../lib/audit/log.ts'
import { AccountOutOfReach } from '../../../lib/errors.ts'
import { claimIssuer } from '../../../lib/registry/claims.ts'
import { type ClusterRecord, readCluster } from '../../../lib/registry/cluster-record.ts'
import { newKeys } from '../../workflow/pipeline.ts'
import { anAuditTable } from '../audit/audit-table.ts'
import { refusal, sent } from '../aws/sdk.ts'
import { inspectingOf, type Things } from '../inspecting.ts'
import { aTable, golemRecord, itemsOf, putCluster } from '../registry/registry.ts'
import { DEPROVISION_ARN, MACHINE_ARN, stepFunctions } from '../step-functions.ts'
import { ADMINISTRATOR, APPROVER, askingOf, commonContext, OPERATOR, TEAM } from './fixture.ts'

const PATH = '/clusters/golem/adopt'
const ISSUER = 'https://golem-oidc.s3.eu-central-1.amazonaws.com'
const ARN = 'arn:aws:iam::000000000000:oidc-provider/golem-oidc.s3.eu-central-1.amazonaws.com'
const EVENT = {
  detailType: 'Cluster Created',
  detail: { cluster: 'golem', hosting: { type: 'external', issuer: ISSUER } },
}
const OURS = [
  { Key: 'irsa:cluster', Value: 'golem' },
  { Key: 'irsa:stack', Value: 'irsa-dev' },
]

interface Wish {
  readonly record?: ClusterRecord
  readonly allowed?: readonly string[]
  readonly tags?: readonly Tag[]
  readonly things?: Things
}

async function theWorld({ record, allowed = [ARN], tags = [], things = new Map() }: Wish = {}) {
  const table = await aTable()
  if (record !== undefined) await putCluster(table, record)
  const region = { region: 'us-east-1' }
  const iam = new IAMClient(region)
  const calls = mockClient(iam)
  const provider = { tags: new Map(tags.map((tag) => [tag.Key, tag])) }
  calls.on(GetOpenIDConnectProviderCommand).callsFake(async () => ({
    Url: ISSUER.slice('https://'.length),
    ClientIDList: ['sts.amazonaws.com', 'legacy'],
    Tags: [...provider.tags.values()],
  }))
  const tag = async ({ Tags }: { readonly Tags: readonly Tag[] }) => {
    for (const one of Tags) provider.tags.set(one.Key, one)
    return {}
  }
  calls.on(TagOpenIDConnectProviderCommand).callsFake(tag)
  const states = stepFunctions()
  const audit = await anAuditTable()
  const api = {
    ...(await commonContext(audit)),
    ...inspectingOf(table, things),
    ...{ sfn: states.client, stateMachineArn: MACHINE_ARN, deprovisionArn: DEPROVISION_ARN },
    ...{ iam, s3: new S3Client(region), acm: new ACMClient(region) },
    ...{ cloudFront: new CloudFrontClient(region), route53Of: () => new Route53Client(region) },
    fetchIssuer: async () => ({ fault: 'nobody asks' }),
    allowed: new Set(allowed),
  }
  const ask = askingOf(createRouter(api, [adoptRoute]))
  return {
    ...{ table, calls, tag, states },
    post: (json?: object, userArn?: string) => ask('POST', PATH, { json, ...(userArn && { userArn }) }),
    entries: async () => (await readAudit(audit, { cluster: 'golem' }, { limit: 10 })).entries,
  }
}

/** As its event would have recorded it. */
function announced(): ClusterRecord {
  const { desired } = golemRecord()
  const { baseDomain: _, ...rest } = desired
  const place = { accountId: '000000000000', hosting: { type: 'external' as const }, issuer: ISSUER }
  return golemRecord({ desired: { ...rest, ...place, tags: {} }, status: 'READY', keys: [], keyTimes: [] })
}

const asked = { OpenIDConnectProviderArn: ARN }
const tagged = (calls: Awaited<ReturnType<typeof theWorld>>['calls']) =>
  sent(calls).filter(([name]) => name.startsWith('Tag'))

describe('a look', () => {
  test('is for operators, approvers and administrators', async () => {
    const { post } = await theWorld({ record: announced() })
    const statuses: number[] = []
    for (const userArn of [ADMINISTRATOR, OPERATOR, APPROVER, TEAM])
      statuses.push((await post(undefined, userArn)).statusCode)

    expect(statuses).toEqual([200, 200, 200, 403])
  })

  test.each([
    ['nothing is said', undefined, announced()],
    ['an object without members is said', {}, announced()],
    ['an event announces it', { event: EVENT }, undefined],
  ])('when %s lists what would be tagged, and changes nothing', async (_, json, record) => {
    const { post, table, calls, entries } = await theWorld({ ...(record && { record }) })
    const before = await itemsOf(table)

    const { statusCode, json: plan } = await post(json)

    expect([statusCode, plan]).toMatchObject([
      200,
      {
        cluster: 'golem',
        issuer: ISSUER,
        resources: [ARN],
        things: [{ resource: 'provider', arn: ARN, tags: {}, isOurs: false }],
        tags: { 'irsa:stack': 'irsa-dev', 'irsa:cluster': 'golem' },
        obstacles: [],
        changes: [{ resource: 'provider', action: 'keep' }],
        rolesLeftOut: 0,
        keptAudiences: ['legacy'],
      },
    ])
    expect(sent(calls)).toEqual([['GetOpenIDConnectProvider', asked]])
    expect([await itemsOf(table), await entries()]).toEqual([before, []])
  })

  test('names the parameter for what the stack does not name, and what a run would make of it all the same', async () => {
    const { post } = await theWorld({ record: announced(), allowed: [] })

    const { json } = await post()

    expect(json).toMatchObject({ resources: [ARN], changes: [{ resource: 'provider' }] })
    expect(json.obstacles).toEqual([
      expect.stringMatching(`adoptedResources does not name ${ARN}\\..* with irsa cluster adopt`),
    ])
  })

  test('is not held up by what is in an account that it does not see', async () => {
    const things: Things = new Map([
      ['provider', () => Promise.reject(new AccountOutOfReach('111122223333'))],
    ])
    const { post } = await theWorld({ record: announced(), things })

    const { json } = await post()

    expect(json.changes).toMatchObject([{ resource: 'provider', action: 'stop', error: 'AccountOutOfReach' }])
    expect(json.obstacles).toEqual([])
  })
})

describe('what is confirmed', () => {
  test('is written down, recorded and tagged, and a run starts', async () => {
    const { post, table, calls, states, entries } = await theWorld()

    const { statusCode, json } = await post({ event: EVENT, resources: [ARN] })

    expect([statusCode, json.run]).toMatchObject([202, { cluster: 'golem', how: 'start' }])
    expect(sent(calls)).toEqual([
      ['GetOpenIDConnectProvider', asked],
      ['GetOpenIDConnectProvider', asked],
      ['TagOpenIDConnectProvider', { ...asked, Tags: OURS }],
      ['GetOpenIDConnectProvider', asked],
    ])
    const record = await readCluster(table, 'golem')
    expect(record).toMatchObject({ generation: 1, run: { state: 'STARTED' }, adopted: { arns: [ARN] } })
    expect([...states.executions.keys()]).toEqual(['golem-1'])
    expect(await entries()).toMatchObject([
      { what: 'ClusterAdopted', who: `iam:${ADMINISTRATOR}`, changeId: record?.adopted?.changeId },
    ])
  })

  test('once more changes nothing', async () => {
    const { post, table, calls, states, entries } = await theWorld()
    await post({ event: EVENT, resources: [ARN] })
    const before = await readCluster(table, 'golem')

    const { statusCode, json } = await post({ event: EVENT, resources: [ARN] })

    expect([statusCode, json.run]).toMatchObject([202, { how: 'nothing', why: 'Its run is under way.' }])
    expect(await readCluster(table, 'golem')).toEqual(before)
    expect([tagged(calls).length, states.executions.size, (await entries()).length]).toEqual([1, 1, 1])
  })

  test('by two at once is one adoption, with one run', async () => {
    const { post, table, states } = await theWorld({ record: announced() })

    const answers = await Promise.all([post({ resources: [ARN] }), post({ resources: [ARN] })])

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202])
    expect(await readCluster(table, 'golem')).toMatchObject({ generation: 2, runs: 1 })
    expect(states.executions.size).toBe(1)
  })

  test('is finished by the same request when an answer was lost', async () => {
    const { post, table, calls, tag, entries } = await theWorld({ record: announced() })
    calls.on(TagOpenIDConnectProviderCommand).callsFakeOnce(async (input) => {
      await tag(input)
      throw refusal('ServiceFailureException', 'lost', 500)
    })

    const first = await post({ resources: [ARN] })
    const second = await post({ resources: [ARN] })

    expect([first.statusCode, first.json.type]).toEqual([503, 'urn:irsa:error:AwsUnavailable'])
    expect([second.statusCode, second.json.run]).toMatchObject([202, { how: 'start' }])
    expect([tagged(calls).length, (await entries()).length]).toEqual([1, 1])
    expect(await readCluster(table, 'golem')).toMatchObject({ generation: 2, runs: 1 })
  })

  test('need not be named by the stack if it has the tags already', async () => {
    const { post, calls } = await theWorld({ record: announced(), allowed: [], tags: OURS })

    const { statusCode } = await post({ resources: [ARN] })

    expect([statusCode, tagged(calls)]).toEqual([202, []])
  })

  test('by an operator is the issuer as it is: which keys count, an event says, and that is for administrators', async () => {
    const { post, calls } = await theWorld({ record: announced() })

    const approver = await post({ resources: [ARN] }, APPROVER)
    expect([approver.json.type, tagged(calls)]).toEqual(['urn:irsa:error:NotPermitted', []])
    const withEvent = await post({ event: EVENT, resources: [ARN] }, OPERATOR)
    expect([withEvent.json.type, tagged(calls)]).toEqual(['urn:irsa:error:NotPermitted', []])
    expect((await post({ resources: [ARN] }, OPERATOR)).statusCode).toBe(202)
  })
})

describe('what is refused', () => {
  const PRIVATE = newKeys().privateKey.export({ type: 'pkcs8', format: 'pem' })

  test.each<[string, Wish, object, number, string]>([
    [
      'is not named by the stack',
      { allowed: [`${ARN}.cn`] },
      { resources: [ARN] },
      403,
      'AdoptionNotAllowed',
    ],
    ['is less than what there is', {}, { resources: [] }, 409, 'AdoptionListDiffers'],
    ['is more', {}, { resources: [ARN, 'arn:aws:s3:::other'] }, 409, 'AdoptionListDiffers'],
    [
      'is another cluster’s',
      { tags: [{ Key: 'irsa:stack', Value: 'irsa-dev' }] },
      { resources: [ARN] },
      409,
      'AdoptionRefused',
    ],
    ['has a private key', {}, { event: { ...EVENT, detail: { note: PRIVATE } } }, 400, 'PrivateKeyInInput'],
    ['is no list', {}, { resources: ARN }, 400, 'InvalidInput'],
  ])('because it %s is not touched', async (_, wish, json, status, error) => {
    const { post, table, calls, entries } = await theWorld({ record: announced(), ...wish })
    const before = await itemsOf(table)

    const refused = await post(json)

    expect([refused.statusCode, refused.json.type]).toEqual([status, `urn:irsa:error:${error}`])
    expect(refused.json.resources).toEqual(error === 'AdoptionListDiffers' ? [ARN] : undefined)
    expect(tagged(calls)).toEqual([])
    expect([await itemsOf(table), await entries()]).toEqual([before, []])
  })

  test('because another cluster has the issuer is not tagged: IssuerTaken', async () => {
    const { post, table, calls } = await theWorld()
    await claimIssuer(table, { issuer: ISSUER, cluster: 'gaia', accountId: '000000000000' })

    const refused = await post({ event: EVENT, resources: [ARN] })

    expect([refused.statusCode, refused.json.type]).toEqual([400, 'urn:irsa:error:IssuerTaken'])
    expect([await readCluster(table, 'golem'), tagged(calls)]).toEqual([undefined, []])
  })

  test('because the event is wrong is said where', async () => {
    const { post } = await theWorld()

    const { json } = await post({ event: { ...EVENT, detail: { ...EVENT.detail, audiences: [''] } } })

    expect(json.errors).toMatchObject([{ pointer: '/event/detail/audiences/0' }])
  })
})
