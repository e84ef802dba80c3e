import type { Route53Client } from '@aws-sdk/client-route-53'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { route53Client } from '../../../lib/aws/clients.ts'
import {
  READS_RECORDS,
  route53Of,
  WRITES_ALIASES,
  WRITES_VALIDATION_RECORDS,
} from '../../../lib/aws/zone-sessions.ts'
import { STACK } from '../resources/golem.ts'
import { refusal, sent } from './sdk.ts'

const ELSEWHERE = '444455556666'
const ZONE = { id: 'Z5', accountId: ELSEWHERE }
const EXTERNAL_ID = '0b7a4c1e-external'
const Credentials = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration: new Date(Date.now() + 3_600_000),
}

/** Whatever region it is in. */
const sts = mockClient(STSClient)

beforeEach(() => {
  sts.reset()
  sts.on(AssumeRoleCommand).resolves({ Credentials })
})

// A mock of the class, not of a client: other files in this process have their own.
afterAll(() => sts.restore())

/** As the SDK does before each call. */
const credentialsOf = ({ config }: Route53Client) => config.credentials()

function policies() {
  return sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input.Policy ?? '')
}

test('Route 53 of the stack’s account is asked by the function’s role, and needs no external ID', () => {
  const of = route53Of(STACK, '', WRITES_ALIASES)

  expect(of({})).toBe(route53Client(STACK.partition))
  expect(of({ id: 'Z1', accountId: STACK.accountId })).toBe(route53Client(STACK.partition))
  expect(sent(sts)).toEqual([])
})

describe('a zone of another account', () => {
  test('is asked by the role of its account, in a session for this zone and no more', async () => {
    const client = route53Of(STACK, EXTERNAL_ID, WRITES_VALIDATION_RECORDS)(ZONE)

    expect(await credentialsOf(client)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE', sessionToken: 'token' })
    expect(await client.config.region()).toBe('us-east-1')
    expect(sent(sts)).toEqual([
      [
        'AssumeRole',
        {
          RoleArn: `arn:aws:iam::${ELSEWHERE}:role/irsa-dev-zones`,
          RoleSessionName: 'certificate',
          ExternalId: EXTERNAL_ID,
          Policy: expect.any(String),
        },
      ],
    ])
    expect(JSON.parse(policies()[0] ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'route53:ListHostedZonesByName', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'route53:ListResourceRecordSets',
          Resource: 'arn:aws:route53:::hostedzone/Z5',
        },
        {
          Effect: 'Allow',
          Action: 'route53:ChangeResourceRecordSets',
          Resource: 'arn:aws:route53:::hostedzone/Z5',
          Condition: {
            'ForAllValues:StringLike': {
              'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_*.irsa.*'],
            },
            'ForAllValues:StringEquals': {
              'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
              'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
            },
          },
        },
      ],
    })
  })

  test('has one client, and every other zone its own', () => {
    const of = route53Of(STACK, EXTERNAL_ID, READS_RECORDS)

    expect(of(ZONE)).toBe(of({ ...ZONE }))
    expect(of(ZONE)).not.toBe(of({ accountId: ELSEWHERE }))
    expect(of(ZONE)).not.toBe(of({ ...ZONE, accountId: '777788889999' }))
  })

  test.each([WRITES_ALIASES, WRITES_VALIDATION_RECORDS, READS_RECORDS])(
    'has a session policy that STS takes: $name',
    async (use) => {
      await credentialsOf(
        route53Of(STACK, EXTERNAL_ID, use)({ id: `Z${'9'.repeat(31)}`, accountId: ELSEWHERE }),
      )

      expect(policies()[0]?.length).toBeLessThanOrEqual(2048)
    },
  )

  test('that STS does not let in is for an operator to open', async () => {
    const cause = refusal('AccessDenied', 'User: … is not authorized to perform: sts:AssumeRole', 403)
    sts.on(AssumeRoleCommand).rejects(cause)

    await expect(credentialsOf(route53Of(STACK, EXTERNAL_ID, READS_RECORDS)(ZONE))).rejects.toMatchObject({
      name: 'ZonesRoleDenied',
      message: `STS does not let the stack assume arn:aws:iam::${ELSEWHERE}:role/irsa-dev-zones.`,
      mendedBy: 'operator',
      remedy: expect.stringContaining('serverless/zone-account.yml'),
      cause,
    })
  })

  test('is not even asked for without an external ID', async () => {
    await expect(credentialsOf(route53Of(STACK, '', READS_RECORDS)(ZONE))).rejects.toMatchObject({
      name: 'ExternalIdMissing',
      message: `The stack has no external ID to show to account ${ELSEWHERE}.`,
    })
    expect(sts.calls()).toEqual([])
  })
})
