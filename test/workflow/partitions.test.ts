/** The main path in the partitions that nobody here works in every day. hosting.test.ts is about aws-us-gov, all others about aws. */
import { GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { administratorOf } from '../../cli/local-stack.ts'
import { rollOutMemberAccount } from '../../cli/member-account.ts'
import { STAGE, TARGET_ACCOUNT } from '../../cli/package-stack.ts'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { bucketName } from '../../lib/aws/names.ts'
import { providerArn } from '../../lib/oidc/issuer.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { irsaHere } from '../cli/command.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
import { ACCOUNT, newKeys, type Pipeline, POLL, roleFor, startPipeline } from './pipeline.ts'

const CHINA = {
  partition: 'aws-cn',
  region: 'cn-north-1',
  suffix: 'amazonaws.com.cn',
  audience: 'sts.amazonaws.com.cn',
  audienceElsewhere: 'sts.amazonaws.com',
}
const EUROPE = {
  partition: 'aws-eusc',
  region: 'eusc-de-east-1',
  suffix: 'amazonaws.eu',
  audience: 'sts.amazonaws.com',
  audienceElsewhere: 'sts.amazonaws.com.cn',
}

describe.each([CHINA, EUROPE])('in $partition', (place) => {
  const { partition, region, suffix, audience, audienceElsewhere } = place
  const bucket = bucketName({ stage: STAGE, accountId: ACCOUNT, region }, 'golem')
  const issuer = `https://s3.${region}.${suffix}/${bucket}`
  const RoleName = 'local_golem_shop_cart'
  const roleArn = `arn:${partition}:iam::${ACCOUNT}:role/irsa/golem/${RoleName}`
  const managedPolicy = `arn:${partition}:iam::aws:policy/AmazonSQSReadOnlyAccess`
  const keys = newKeys()

  let pipeline: Pipeline
  let before: Inventory
  let beforeThere: Inventory

  beforeAll(async () => {
    pipeline = await startPipeline({ region })
    await rollOutMemberAccount(TARGET_ACCOUNT, ACCOUNT, {}, region)
    before = await takeInventory()
    beforeThere = await takeInventory(TARGET_ACCOUNT)
    pipeline.aws.calls.clear()
    await pipeline.announce({ cluster: 'golem', hosting: { type: 's3' }, serviceAccountKeys: [keys.pem] })
    await vi.waitFor(async () => expect(await pipeline.cluster('golem')).toBeDefined(), POLL)
    const policies = [{ arn: managedPolicy }, { catalogue: 's3-read', parameters: { bucket: 'wares' } }]
    await pipeline.request('golem', roleFor('shop', 'cart', { policies }))
    const elsewhere = { targetAccountId: TARGET_ACCOUNT, policies: [{ arn: managedPolicy }] }
    await pipeline.request('golem', roleFor('shop', 'desk', elsewhere))
    expect(await pipeline.runEnded('golem')).toMatchObject({ status: 'SUCCEEDED' })
  })

  afterAll(() => pipeline.stop())

  /** As a pod of the cluster would. */
  function exchange(serviceAccount: string, claimed = audience) {
    const [key] = keysFromPems([keys.pem]).keys
    const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
    const claim = { issuer, audience: claimed, roleArn }
    return exchangeToken(signer, claim, subjectOf('shop', serviceAccount), region)
  }

  test('an issuer is a bucket, a provider and roles, each of the partition', async () => {
    expect(newIn(before, await takeInventory())).toEqual({
      buckets: [bucket],
      providers: [providerArn(partition, ACCOUNT, issuer)],
      roles: [roleArn],
    })
  })

  test('a role in another account has them there, by the template of member accounts', async () => {
    const name = 'local_golem_shop_desk'
    const iam = new IAMClient(administratorOf(TARGET_ACCOUNT, region))
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name }))

    expect(newIn(beforeThere, await takeInventory(TARGET_ACCOUNT))).toEqual({
      providers: [providerArn(partition, TARGET_ACCOUNT, issuer)],
      roles: [`arn:${partition}:iam::${TARGET_ACCOUNT}:role/irsa/golem/${name}`],
    })
    expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([managedPolicy])
  })

  test('a role has policies of the partition, AWS’s own and those of the catalogue', async () => {
    const iam = new IAMClient({ region })
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'irsa' }))

    expect(AttachedPolicies).toEqual([{ PolicyArn: managedPolicy, PolicyName: 'AmazonSQSReadOnlyAccess' }])
    expect(decodeURIComponent(PolicyDocument)).toContain(`"arn:${partition}:s3:::wares`)
    expect(decodeURIComponent(PolicyDocument)).not.toContain('arn:aws:')
  })

  test('a token for the partition’s audience opens its role, and no other token does', async () => {
    const credentials = await exchange('cart')
    const { Arn } = await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand({}))

    expect(Arn).toBe(`arn:${partition}:sts::${ACCOUNT}:assumed-role/${RoleName}/proof`)
    await expect(exchange('till')).rejects.toMatchObject({ name: 'AccessDenied' })
    await expect(exchange('cart', audienceElsewhere)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    })
  })

  test('the audit finds nothing, and what can be used up is measured', async () => {
    await pipeline.audit()
    await pipeline.invoke('measure')

    const told = (await pipeline.told()).map((event) => event['detail-type'])
    expect(told.toSorted()).toEqual(['Issuer Ready', 'Keys Published', 'Role Ready', 'Role Ready'])
    const measured = pipeline.aws.logs(`irsa-${STAGE}-measure`).matchAll(/"quota":"([\w-]+)"/g)
    expect([...measured].map(([, quota]) => quota).toSorted()).toEqual(['buckets', 'oidc-providers', 'roles'])
  })

  test('the doctor finds nothing wrong, and looks at no certificate', async () => {
    const place = ['--region', region, '--endpoint-url', pipeline.aws.endpoint]
    const { exitCode, out, err } = await irsaHere(['doctor', 'golem', ...place])

    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(out).toContain('Nothing is wrong.')
    expect(out).toMatch(/quota buckets/)
    expect(out).not.toMatch(/certificate|distribution/)
  })

  test('a pod is expected to have a token for the partition’s audience', async () => {
    const pod = podWith(audience)
    const { out } = await irsaHere(['explain', '--pod', 'pod.json', '--region', region], { 'pod.json': pod })

    expect(out).toContain(`has a token with the audience ${audience}.`)
  })

  test('a plan over HTTP finds nothing to do', async () => {
    const { status, body } = await pipeline.ask('POST', '/clusters/golem/plan', {})

    expect(status).toBe(200)
    const { things } = JSON.parse(body) as { readonly things: readonly { readonly action: string }[] }
    expect(things.map(({ action }) => action)).toEqual(['keep', 'keep', 'keep', 'keep'])
  })

  test('a cluster that is deleted leaves nothing, and CloudFront and ACM were never asked', async () => {
    await pipeline.send('Cluster Deleted', { cluster: 'golem' })
    expect(await pipeline.runEnded('golem', 2, 'deprovision')).toMatchObject({ status: 'SUCCEEDED' })

    expect(newIn(before, await takeInventory())).toEqual({})
    expect(newIn(beforeThere, await takeInventory(TARGET_ACCOUNT))).toEqual({})
    const asked = pipeline.aws.calls
      .list()
      .filter(({ service }) => service === 'cloudfront' || service === 'acm')
      .filter(({ region }) => region !== 'us-east-1')
    expect(asked).toEqual([])
    expect(await pipeline.messages(pipeline.outputs.DeadLettersUrl ?? '')).toEqual([])
  })
})

/** As the pod identity webhook changes one, as far as its token. */
function podWith(audience: string) {
  const serviceAccountToken = { path: 'token', audience }
  const mountPath = '/var/run/secrets/eks.amazonaws.com/serviceaccount'
  return {
    kind: 'Pod',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: {
      serviceAccountName: 'cart',
      volumes: [{ name: 'aws-iam-token', projected: { sources: [{ serviceAccountToken }] } }],
      containers: [{ name: 'cart', volumeMounts: [{ name: 'aws-iam-token', mountPath }] }],
    },
  }
}
