import type { IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { iamClient } from '../../../lib/aws/clients.ts'
import {
  iamOf,
  PROVISIONS_PROVIDERS,
  PROVISIONS_ROLES,
  type Provisioning,
} from '../../../lib/aws/provisioner.ts'
import { STACK } from '../resources/golem.ts'
import { refusal, sent } from './sdk.ts'

const MEMBER = '111122223333'
const EXTERNAL_ID = '0b7a4c1e-external'
const NOON = new Date('2026-01-31T12:00:00Z')

/** Whatever region it is in. */
const sts = mockClient(STSClient)

beforeEach(() => {
  vi.useFakeTimers({ now: NOON, toFake: ['Date'] })
  sts.reset()
  sts.on(AssumeRoleCommand).callsFake(async () => ({ Credentials: inAnHour() }))
})

afterEach(() => {
  vi.useRealTimers()
})

// A mock of the class, not of a client: other files in this process have their own.
afterAll(() => sts.restore())

function inAnHour() {
  return {
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'secret',
    SessionToken: 'token',
    Expiration: new Date(Date.now() + 3_600_000),
  }
}

/** As the SDK does before each call. */
const credentialsOf = ({ config }: IAMClient) => config.credentials()

function theIam(externalId = EXTERNAL_ID, provisioning: Provisioning = PROVISIONS_PROVIDERS) {
  return iamOf(STACK, externalId, provisioning)
}

/** The session policy that STS was given. */
function policyOf(account: string) {
  const [policy] = sts
    .calls()
    .map(({ args: [{ input }] }) => input as { readonly RoleArn: string; readonly Policy: string })
    .filter(({ RoleArn }) => RoleArn.includes(account))
    .map(({ Policy }) => Policy)
  return policy ?? ''
}

describe('IAM of the stack’s own account', () => {
  test('is asked by the function’s role: no other is assumed', () => {
    expect(theIam()(STACK.accountId)).toBe(iamClient(STACK.partition))
    expect(sent(sts)).toEqual([])
  })

  test('needs no external ID', () => {
    expect(theIam('')(STACK.accountId)).toBe(iamClient(STACK.partition))
  })
})

describe('IAM of another account', () => {
  test('is asked by its provisioner role, in a session that may do what the function does', async () => {
    expect(await credentialsOf(theIam()(MEMBER))).toMatchObject({
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2026-01-31T13:00:00Z'),
    })
    expect(sent(sts)).toEqual([
      [
        'AssumeRole',
        {
          RoleArn: `arn:aws:iam::${MEMBER}:role/irsa-dev-provisioner`,
          RoleSessionName: 'provider',
          ExternalId: EXTERNAL_ID,
          Policy: expect.any(String),
        },
      ],
    ])
    expect(JSON.parse(policyOf(MEMBER))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: PROVISIONS_PROVIDERS.allows(STACK)['oidc-provider/*'],
          Resource: `arn:aws:iam::${MEMBER}:oidc-provider/*`,
        },
      ],
    })
  })

  test('is in the partition’s region', async () => {
    expect(await theIam()(MEMBER).config.region()).toBe('us-east-1')
  })

  test('has one client, and each account its own', () => {
    const iam = theIam()

    expect(iam(MEMBER)).toBe(iam(MEMBER))
    expect(iam(MEMBER)).not.toBe(iam('444455556666'))
  })

  test('is asked with the same credentials until five minutes before they expire', async () => {
    const iam = theIam()
    await Promise.all([credentialsOf(iam(MEMBER)), credentialsOf(iam(MEMBER))])
    vi.setSystemTime(new Date('2026-01-31T12:55:00Z'))
    await credentialsOf(iam(MEMBER))
    expect(sts.calls()).toHaveLength(1)

    vi.setSystemTime(new Date('2026-01-31T12:55:01Z'))

    expect(await credentialsOf(iam(MEMBER))).toMatchObject({ expiration: new Date('2026-01-31T13:55:01Z') })
    expect(sts.calls()).toHaveLength(2)
  })

  test.each([
    ['for providers', PROVISIONS_PROVIDERS],
    ['for roles', PROVISIONS_ROLES],
  ])('has a session policy %s that STS takes, on the longest path too', async (_, provisioning) => {
    const rolePath = `/${'p'.repeat(510)}/`

    await credentialsOf(iamOf({ ...STACK, rolePath }, EXTERNAL_ID, provisioning)(MEMBER))

    expect(policyOf(MEMBER).length).toBeLessThanOrEqual(2048)
    expect(policyOf(MEMBER)).not.toMatch(/"(?:\*|iam:\*)"|\\/)
  })
})

describe('a provisioner role', () => {
  test('that STS does not let be assumed is for an operator to roll out', async () => {
    const cause = refusal('AccessDenied', 'User: … is not authorized to perform: sts:AssumeRole', 403)
    sts.on(AssumeRoleCommand).rejects(cause)

    await expect(credentialsOf(theIam()(MEMBER))).rejects.toMatchObject({
      name: 'ProvisionerRoleDenied',
      message: `STS does not let the stack assume arn:aws:iam::${MEMBER}:role/irsa-dev-provisioner.`,
      mendedBy: 'operator',
      remedy: expect.stringContaining('serverless/member-account.yml'),
      cause,
    })
  })

  test('that was refused is tried anew by the next call', async () => {
    const client = theIam()(MEMBER)
    sts
      .on(AssumeRoleCommand)
      .rejectsOnce(refusal('AccessDenied', 'no', 403))
      .resolves({ Credentials: inAnHour() })
    await expect(credentialsOf(client)).rejects.toMatchObject({ name: 'ProvisionerRoleDenied' })

    await expect(credentialsOf(client)).resolves.toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
  })

  test.each([
    ['Throttling', 400, 'Throttled'],
    ['RegionDisabledException', 403, 'AccessDenied'],
    ['PackedPolicyTooLarge', 400, 'AwsRefused'],
    ['ServiceUnavailable', 503, 'AwsUnavailable'],
  ])('that cannot be assumed because of %s says so', async (name, status, ours) => {
    sts.on(AssumeRoleCommand).rejects(refusal(name, 'words', status))

    await expect(credentialsOf(theIam()(MEMBER))).rejects.toMatchObject({
      name: ours,
      message: `sts:AssumeRole: ${name}: words (request 5f0)`,
    })
  })

  test('is not even asked for without an external ID', async () => {
    await expect(credentialsOf(theIam('')(MEMBER))).rejects.toMatchObject({
      name: 'ExternalIdMissing',
      message: `The stack has no external ID to show to account ${MEMBER}.`,
      mendedBy: 'operator',
      remedy: expect.stringContaining('externalId'),
    })
    expect(sts.calls()).toEqual([])
  })
})
