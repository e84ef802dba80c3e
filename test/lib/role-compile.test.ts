import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Stack } from '../../lib/aws/stack.ts'
import type { DesiredCluster } from '../../lib/cluster.ts'
import { InvalidInput, PolicyRefused, PolicyTooLarge } from '../../lib/errors.ts'
import { parseRoleRequest } from '../../lib/policy/request.ts'
import { desiredRole } from '../../lib/role-compile.ts'
import { aRoleRequestInput } from './policy/arbitrary-request.ts'
import { golem, STACK } from './resources/golem.ts'

const OPEN_STACK = {
  ...STACK,
  managedPolicies: [...STACK.managedPolicies, 'arn:aws:iam::111122223333:policy/own'],
  roleTagKeys: ['team', 'Team', 'service', 'env'],
}

const CLUSTER: DesiredCluster = golem({ audiences: ['sts.amazonaws.com', 'vault'] })

function compile(request: object, cluster: DesiredCluster = CLUSTER, stack: Stack = OPEN_STACK) {
  const { namespace, serviceAccount, ...content } = parseRoleRequest({
    namespace: 'default',
    serviceAccount: 'reader',
    policies: [],
    ...request,
  })
  return desiredRole(stack, cluster, { namespace, serviceAccount, content })
}

describe('desiredRole', () => {
  test('is the whole role, for the cluster’s account and the stack’s boundary and path', () => {
    const role = compile({
      policies: [
        { arn: 'arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess' },
        { catalogue: 's3-read', parameters: { bucket: 'golem-logs' } },
        { arn: 'arn:aws:iam::111122223333:policy/own' },
        { statements: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }] },
      ],
      description: 'Reads the logs',
      maxSessionDuration: 7200,
      tags: { service: 'logs' },
    })

    expect(role).toEqual({
      cluster: 'golem',
      namespace: 'default',
      serviceAccount: 'reader',
      accountId: '111122223333',
      roleName: 'dev_golem_default_reader',
      path: '/irsa/golem/',
      permissionsBoundary: 'arn:aws:iam::111122223333:policy/irsa-dev-boundary',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: {
              Federated: 'arn:aws:iam::111122223333:oidc-provider/irsa.golem.gigantic.io',
            },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: {
                'irsa.golem.gigantic.io:aud': 'sts.amazonaws.com',
                'irsa.golem.gigantic.io:sub': 'system:serviceaccount:default:reader',
              },
            },
          },
        ],
      },
      managedPolicies: [
        'arn:aws:iam::111122223333:policy/own',
        'arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess',
      ],
      inlinePolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' },
          {
            Effect: 'Allow',
            Action: ['s3:GetBucketLocation', 's3:ListBucket'],
            Resource: 'arn:aws:s3:::golem-logs',
          },
          {
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:GetObjectVersion'],
            Resource: 'arn:aws:s3:::golem-logs/*',
          },
        ],
      },
      maxSessionDurationSeconds: 7200,
      description: 'Reads the logs',
      tags: { team: 'a', service: 'logs' },
    })
  })

  test('has no inline policy and a description of its own where nothing is asked for', () => {
    expect(compile({})).toMatchObject({
      managedPolicies: [],
      inlinePolicy: undefined,
      description: 'golem default/reader',
      maxSessionDurationSeconds: 3600,
    })
  })

  test('trusts the audience that is asked for, and no other', () => {
    expect(compile({ audience: 'vault' }).trustPolicy.Statement).toMatchObject([
      { Condition: { StringEquals: { 'irsa.golem.gigantic.io:aud': 'vault' } } },
    ])
  })

  test('refuses an audience that the cluster does not have', () => {
    expect(() => compile({ audience: 'kubernetes' })).toThrow(InvalidInput)
  })

  test('compiles for the partition of the cluster', () => {
    expect(() =>
      compile({ policies: [{ arn: 'arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }),
    ).toThrow(PolicyRefused)
  })

  test('refuses a subject that is longer than STS takes', () => {
    const names = { namespace: 'n'.repeat(63), serviceAccount: 's'.repeat(253) }

    expect(() => compile(names)).toThrow(InvalidInput)
  })

  test('gives the role’s own tags precedence over the cluster’s, which IAM compares without regard to case', () => {
    const cluster = golem({ tags: { Team: 'a', env: 'dev' } })

    expect(compile({ tags: { team: 'b' } }, cluster).tags).toEqual({ team: 'b', env: 'dev' })
  })

  test('refuses a tag whose key is not one that roles may have here, and says which may', () => {
    const stack = { ...OPEN_STACK, roleTagKeys: ['team', 'env'] }

    expect(() => compile({ tags: { team: 'a', Team: 'b' } }, CLUSTER, stack)).toThrow(InvalidInput)
    expect(() => compile({ tags: { team: 'a', access: 'all' } }, CLUSTER, stack)).toThrow(
      'role.tags: the key access is not one of those that roles may have here: team, env',
    )
    expect(() => compile({ tags: { team: 'a' } }, CLUSTER, { ...stack, roleTagKeys: [] })).toThrow(
      'role.tags: the key team is not one of those that roles may have here: none',
    )
  })

  test('has of the cluster’s tags only those that roles may have here', () => {
    const cluster = golem({ tags: { team: 'a', access: 'all' } })

    expect(compile({}, cluster).tags).toEqual({ team: 'a' })
    expect(compile({}, cluster, { ...OPEN_STACK, roleTagKeys: [] }).tags).toEqual({})
  })

  test('refuses more tags than IAM allows, with the cluster’s and the two that say whose it is', () => {
    const tags = (prefix: string, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, 'x']))
    const cluster = golem({ tags: tags('cluster', 40) })
    const roleTagKeys = Object.keys({ ...tags('cluster', 40), ...tags('role', 9) })
    const compiled = (own: object) => compile({ tags: own }, cluster, { ...OPEN_STACK, roleTagKeys }).tags

    expect(Object.keys(compiled(tags('role', 8)))).toHaveLength(48)
    expect(Object.keys(compiled(tags('cluster', 40)))).toHaveLength(40)
    expect(() => compiled(tags('role', 9))).toThrow(InvalidInput)
  })
})

test('whatever a request may say: a documented refusal, or a role that only its service account can assume', () => {
  const outcomes = { refused: 0, compiled: 0 }
  fc.assert(
    fc.property(aRoleRequestInput, (input) => {
      try {
        const { namespace, serviceAccount, ...content } = parseRoleRequest(input)
        const roleTagKeys = Object.keys({ ...CLUSTER.tags, ...content.tags })
        const stack = { ...OPEN_STACK, roleTagKeys }
        const role = desiredRole(stack, CLUSTER, { namespace, serviceAccount, content })
        outcomes.compiled += 1

        expect(role.trustPolicy.Statement).toEqual([
          {
            Effect: 'Allow',
            Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/irsa.golem.gigantic.io' },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: {
                'irsa.golem.gigantic.io:aud': content.audience ?? 'sts.amazonaws.com',
                'irsa.golem.gigantic.io:sub': `system:serviceaccount:${namespace}:${serviceAccount}`,
              },
            },
          },
        ])
        expect(role.permissionsBoundary).toBe('arn:aws:iam::111122223333:policy/irsa-dev-boundary')
        expect(role.path).toBe('/irsa/golem/')
        expect(role.roleName).toMatch(/^dev_golem_[a-z0-9._-]{1,54}$/)
        expect(role.roleName.length).toBeLessThanOrEqual(64)
        expect(Object.keys(role.tags).length).toBeLessThanOrEqual(48)
        const keys = Object.keys(role.tags).map((key) => key.toLowerCase())
        expect(new Set(keys).size).toBe(keys.length)
        for (const { Effect, Action } of role.inlinePolicy?.Statement ?? [])
          if (Effect === 'Allow') expect([Action].flat()).not.toContain('*')
      } catch (error) {
        if (![InvalidInput, PolicyRefused, PolicyTooLarge].some((kind) => error instanceof kind)) throw error
        outcomes.refused += 1
      }
    }),
    { numRuns: 300 },
  )

  expect(outcomes.compiled).toBeGreaterThan(20)
  expect(outcomes.refused).toBeGreaterThan(20)
})
