import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type * as z from 'zod'
import { partitionOf } from '../../lib/aws/partitions.ts'
import {
  deadLettersEnvironment,
  EnvironmentInvalid,
  externalIdEnvironment,
  issuerEnvironment,
  operatorsEnvironment,
  publisherEnvironment,
  queuesEnvironment,
  readEnvironment,
  roleRunsEnvironment,
  runsEnvironment,
  stackEnvironment,
  stackOf,
  tableEnvironment,
} from '../../lib/config.ts'

const STACK_VARIABLES = {
  STAGE: 'dev',
  STACK_NAME: 'irsa-dev',
  ACCOUNT_ID: '000000000000',
  AWS_REGION: 'eu-central-1',
  ORIGIN_ACCESS_CONTROL_ID: 'E1OAC',
  HOSTED_ZONES: '',
  ROLE_PATH: '/irsa/',
  MANAGED_POLICIES: 'arn:aws:iam::aws:policy/*',
  ACCOUNTS: '111122223333, 444455556666',
  ROLE_TAG_KEYS: 'team, cost-center',
  ALLOW_PUBLIC_BUCKETS: 'false',
  SHARED_HOST: '',
  ADOPTED_BUCKETS: 'golem-oidc, *-g8s-*',
  TRUST_POLICY_CHARACTERS: '2048',
}

function refused(shape: z.ZodRawShape, environment: Readonly<Record<string, string | undefined>>): string {
  try {
    readEnvironment(shape, environment)
  } catch (error) {
    if (error instanceof EnvironmentInvalid) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('readEnvironment', () => {
  test('gives what the schema names, and nothing else of the environment', () => {
    const environment = { ...STACK_VARIABLES, TABLE_NAME: 'registry', AWS_SECRET_ACCESS_KEY: 'hush' }

    expect(readEnvironment(tableEnvironment, environment)).toEqual({
      AWS_REGION: 'eu-central-1',
      TABLE_NAME: 'registry',
    })
  })

  test('reads the environment of the process', () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('AWS_REGION', 'eu-west-1')
    vi.stubEnv('EVENT_BUS_NAME', 'irsa-dev')

    expect(readEnvironment(publisherEnvironment)).toEqual({
      AWS_REGION: 'eu-west-1',
      EVENT_BUS_NAME: 'irsa-dev',
    })
  })

  test('names every variable that is missing or wrong at once, each once, and none that is right', () => {
    const shape = { ...stackEnvironment, ...runsEnvironment, ...deadLettersEnvironment }
    const environment = {
      ...STACK_VARIABLES,
      STAGE: 'Production',
      STACK_NAME: '',
      HOSTED_ZONES: 'first,second',
      DEAD_LETTER_QUEUE_URL: 'not a URL',
      TABLE_NAME: undefined,
    }

    expect(refused(shape, environment)).toMatch(
      / DEAD_LETTER_QUEUE_URL, DEPROVISION_CLUSTER_ARN, HOSTED_ZONES, PROVISION_CLUSTER_ARN, STACK_NAME, STAGE, TABLE_NAME$/,
    )
  })

  test('shows no value: a variable in the wrong place may hold a secret', () => {
    const secret = 'wJalrXUtnFEMI-K7MDENG'
    const shape = {
      ...stackEnvironment,
      ...deadLettersEnvironment,
      ...operatorsEnvironment,
      ...issuerEnvironment,
    }
    const environment = Object.fromEntries(Object.keys(shape).map((name) => [name, secret]))

    expect(refused(shape, environment)).toContain('ACCOUNT_ID')
    expect(refused(shape, environment)).not.toContain(secret)
  })
})

describe('the stack', () => {
  test('is what the environment says, in the partition of its region', () => {
    const environment = { ...STACK_VARIABLES, AWS_REGION: 'cn-north-1', HOSTED_ZONES: 'Z1=example.cn' }

    expect(stackOf(readEnvironment(stackEnvironment, environment))).toEqual({
      stage: 'dev',
      name: 'irsa-dev',
      accountId: '000000000000',
      region: 'cn-north-1',
      partition: partitionOf('cn-north-1'),
      originAccessControlId: 'E1OAC',
      hostedZones: [{ id: 'Z1', name: 'example.cn' }],
      rolePath: '/irsa/',
      managedPolicies: ['arn:aws:iam::aws:policy/*'],
      targetAccounts: ['111122223333', '444455556666'],
      roleTagKeys: ['team', 'cost-center'],
      allowPublicBuckets: false,
      sharedHost: '',
      adoptedBuckets: ['golem-oidc', '*-g8s-*'],
      trustPolicyCharacters: 2048,
    })
  })

  test.each([
    ['a stage of nine characters', { STAGE: 'abcdefghi' }],
    ['a shared host that records of ours cannot be for', { SHARED_HOST: 'oidc.example.com' }],
    ['a shared host longer than a certificate’s name', { SHARED_HOST: `irsa.${'a'.repeat(60)}.com` }],
    ['a stage with a hyphen', { STAGE: 'a-b' }],
    ['an account that lost its leading zero', { ACCOUNT_ID: '12345678901' }],
    [
      'a managed policy of an account by its beginning',
      { MANAGED_POLICIES: 'arn:aws:iam::111122223333:policy/*' },
    ],
    ['a trust policy larger than IAM’s', { TRUST_POLICY_CHARACTERS: '8193' }],
    ['a trust policy of no size', { TRUST_POLICY_CHARACTERS: '' }],
    ['a managed policy without its account', { MANAGED_POLICIES: 'arn:aws:iam:::policy/x' }],
    ['a tag key that says whose a thing is', { ROLE_TAG_KEYS: 'team,irsa:stack' }],
    ['any bucket', { ADOPTED_BUCKETS: '*' }],
    ['any tag key', { ROLE_TAG_KEYS: '*' }],
    ['a role path without its last slash', { ROLE_PATH: '/irsa' }],
    ['a role path that is the root', { ROLE_PATH: '/' }],
    ['a role path with an empty part', { ROLE_PATH: '/irsa//' }],
    ['hosted zones that are not set: empty is said by the empty string', { HOSTED_ZONES: undefined }],
  ])('refuses %s', (_, change) => {
    const [name] = Object.keys(change)

    expect(refused(stackEnvironment, { ...STACK_VARIABLES, ...change })).toMatch(new RegExp(`: ${name}$`))
  })

  test.each([
    ['/irsa/', '/irsa/'],
    ['/teams/irsa/', '/teams/irsa/'],
  ])('takes the role path %s', (path, expected) => {
    const environment = { ...STACK_VARIABLES, ROLE_PATH: path }

    expect(readEnvironment(stackEnvironment, environment).ROLE_PATH).toBe(expected)
  })
})

describe('hosted zones', () => {
  const read = (HOSTED_ZONES: string) =>
    readEnvironment({ HOSTED_ZONES: stackEnvironment.HOSTED_ZONES }, { HOSTED_ZONES }).HOSTED_ZONES

  test.each([
    ['none', '', []],
    ['none, in a YAML that was folded', ' ', []],
    ['one', 'Z0123456789EXAMPLE=example.com', [{ id: 'Z0123456789EXAMPLE', name: 'example.com' }]],
    [
      'several, with spaces and a comma at the end',
      ' Z1=example.com , Z2=a-b.example.org,',
      [
        { id: 'Z1', name: 'example.com' },
        { id: 'Z2', name: 'a-b.example.org' },
      ],
    ],
    [
      'for some accounts, in another one, or all of an account',
      `Z1=example.com for 111122223333 444455556666,
       Z2=example.org in 777788889999,
       Z3=example.net in 777788889999   for 111122223333, * for 111122223333,* in 777788889999`,
      [
        { id: 'Z1', name: 'example.com', usedBy: ['111122223333', '444455556666'] },
        { id: 'Z2', name: 'example.org', accountId: '777788889999' },
        { id: 'Z3', name: 'example.net', accountId: '777788889999', usedBy: ['111122223333'] },
        { usedBy: ['111122223333'] },
        { accountId: '777788889999' },
      ],
    ],
  ])('may be %s', (_, text, zones) => {
    expect(read(text)).toEqual(zones)
  })

  test.each([
    ['without a name', 'Z1'],
    ['with an empty name', 'Z1='],
    ['without an ID', '=example.com'],
    ['with the ID as the console shows it', '/hostedzone/Z1=example.com'],
    ['with a trailing dot', 'Z1=example.com.'],
    ['in capitals', 'Z1=Example.com'],
    ['with two signs', 'Z1=example.com=Z2'],
    ['separated by semicolons', 'Z1=example.com;Z2=example.org'],
    ['of which only one is right', 'Z1=example.com,Z2'],
    ['twice', 'Z1=example.com,Z1=example.com for 111122223333'],
    ['for nobody', 'Z1=example.com for'],
    ['for an account of eleven digits', 'Z1=example.com for 11112222333'],
    ['in two accounts', 'Z1=example.com in 111122223333 444455556666'],
    ['in the other order', 'Z1=example.com for 111122223333 in 444455556666'],
    ['by a role', 'Z1=example.com in arn:aws:iam::111122223333:role/zones'],
  ])('are refused %s', (_, text) => {
    expect(() => read(text)).toThrow(EnvironmentInvalid)
  })
})

describe('operator accounts', () => {
  const read = (OPERATOR_ACCOUNTS: string) =>
    readEnvironment(operatorsEnvironment, { OPERATOR_ACCOUNTS }).OPERATOR_ACCOUNTS

  test.each([
    ['none', '', []],
    ['one', '111122223333', ['111122223333']],
    ['several, with spaces', ' 111122223333, 444455556666 ', ['111122223333', '444455556666']],
  ])('may be %s', (_, text, accounts) => {
    expect(read(text)).toEqual(accounts)
  })

  test.each([
    ['an account that lost its leading zero', '12345678901'],
    ['everybody', '*'],
    ['an ARN', 'arn:aws:iam::111122223333:root'],
    ['two with a space between', '111122223333 444455556666'],
  ])('may not be %s: it would never match, without a word', (_, text) => {
    expect(() => read(text)).toThrow(EnvironmentInvalid)
  })
})

describe('the external ID', () => {
  test.each(['', 'ab', '0b7a4c1e-7d1c-4d0f', 'a+=,.@:/-_'])('may be %j', (EXTERNAL_ID) => {
    expect(readEnvironment(externalIdEnvironment, { EXTERNAL_ID })).toEqual({ EXTERNAL_ID })
  })

  test.each(['a', 'with a space', 'é!', 'a'.repeat(1225)])(
    'may not be %j, and is not shown',
    (EXTERNAL_ID) => {
      expect(refused(externalIdEnvironment, { EXTERNAL_ID })).toMatch(/wrong: EXTERNAL_ID$/)
    },
  )
})

test('the endpoint of issuers may be left out, and is a URL where it is there', () => {
  expect(readEnvironment(issuerEnvironment, {})).toEqual({})
  expect(readEnvironment(issuerEnvironment, { ISSUER_ENDPOINT: 'http://127.0.0.1:4566' })).toEqual({
    ISSUER_ENDPOINT: 'http://127.0.0.1:4566',
  })
  expect(refused(issuerEnvironment, { ISSUER_ENDPOINT: '' })).toMatch(/: ISSUER_ENDPOINT$/)
})

test.each([
  ['runs', runsEnvironment, ['AWS_REGION', 'DEPROVISION_CLUSTER_ARN', 'PROVISION_CLUSTER_ARN', 'TABLE_NAME']],
  ['runs of roles', roleRunsEnvironment, ['AWS_REGION', 'RECONCILE_ROLE_ARN', 'TABLE_NAME']],
  ['dead letters', deadLettersEnvironment, ['AWS_REGION', 'DEAD_LETTER_QUEUE_URL']],
  [
    'all queues',
    queuesEnvironment,
    ['AWS_REGION', 'DEAD_LETTER_QUEUE_URL', 'STREAM_FAILURES_QUEUE_URL', 'UNDELIVERED_EVENTS_QUEUE_URL'],
  ],
])('%s need all of theirs', (_, shape, names) => {
  expect(refused(shape, {})).toMatch(new RegExp(`: ${names.join(', ')}$`))
})
