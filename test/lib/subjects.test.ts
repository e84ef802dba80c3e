/** A role with further subjects, from the request to the trust policy. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DesiredCluster } from '../../lib/cluster.ts'
import { ClusterNotFound, InvalidInput, PolicyTooLarge } from '../../lib/errors.ts'
import { parseRoleContent } from '../../lib/policy/request.ts'
import { desiredRole } from '../../lib/role-compile.ts'
import { golem, STACK } from './resources/golem.ts'

const GAIA: DesiredCluster = golem({
  cluster: 'gaia',
  baseDomain: 'gaia.gigantic.io',
  issuer: 'https://irsa.gaia.gigantic.io',
  audiences: ['vault', 'sts.amazonaws.com'],
})

function trustOf(content: object, gaia: DesiredCluster = GAIA, trustPolicyCharacters = 2048) {
  const wish = {
    namespace: 'default',
    serviceAccount: 'reader',
    content: parseRoleContent({ policies: [], ...content }),
  }
  const stack = { ...STACK, trustPolicyCharacters }
  return desiredRole(stack, golem(), wish, new Map([[gaia.cluster, gaia]])).trustPolicy.Statement
}

function trustFor(cluster: string, operators: object) {
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/irsa.${cluster}.gigantic.io` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: operators,
  }
}

const GOLEM_AUD = { 'irsa.golem.gigantic.io:aud': 'sts.amazonaws.com' }
const GOLEM_SUB = 'irsa.golem.gigantic.io:sub'

describe('further subjects', () => {
  test('of the same cluster are in the same statement, each once', () => {
    const subjects = [
      { namespace: 'shop', serviceAccount: 'cart' },
      { cluster: 'golem', namespace: 'shop', serviceAccount: 'cart' },
      { namespace: 'default', serviceAccount: 'reader' },
    ]

    expect(trustOf({ subjects })).toEqual([
      trustFor('golem', {
        StringEquals: {
          ...GOLEM_AUD,
          [GOLEM_SUB]: ['system:serviceaccount:default:reader', 'system:serviceaccount:shop:cart'],
        },
      }),
    ])
  })

  test('of another cluster are in a statement of their own, with that cluster’s provider and audience', () => {
    const subjects = [{ cluster: 'gaia', namespace: 'shop', serviceAccount: 'cart' }]

    expect(trustOf({ subjects })).toEqual([
      trustFor('gaia', {
        StringEquals: {
          'irsa.gaia.gigantic.io:aud': 'vault',
          'irsa.gaia.gigantic.io:sub': 'system:serviceaccount:shop:cart',
        },
      }),
      trustFor('golem', {
        StringEquals: { ...GOLEM_AUD, [GOLEM_SUB]: 'system:serviceaccount:default:reader' },
      }),
    ])
  })

  test('have the audience that is asked for where their cluster has it', () => {
    const subjects = [{ cluster: 'gaia', namespace: 'shop', serviceAccount: 'cart' }]

    expect(trustOf({ subjects, audience: 'sts.amazonaws.com' })[0]?.Condition).toMatchObject({
      StringEquals: { 'irsa.gaia.gigantic.io:aud': 'sts.amazonaws.com' },
    })
  })

  test('with wildcards need StringLike on sub, and leave aud exact', () => {
    const subjects = [{ namespace: 'team-*', serviceAccount: '*' }]

    expect(trustOf({ subjects })).toEqual([
      trustFor('golem', {
        StringEquals: GOLEM_AUD,
        StringLike: {
          [GOLEM_SUB]: ['system:serviceaccount:default:reader', 'system:serviceaccount:team-*:*'],
        },
      }),
    ])
  })

  test('no more are taken than a trust policy holds, by the quota that the stack is told', () => {
    const subjects = Array.from({ length: 60 }, (_, index) => ({
      namespace: 'shop',
      serviceAccount: `cart-${index}`,
    }))

    expect(() => trustOf({ subjects })).toThrow(PolicyTooLarge)
    expect(trustOf({ subjects }, GAIA, 8192)).toHaveLength(1)
  })

  test('are refused on a cluster that there is not', () => {
    const subjects = [{ cluster: 'nobody', namespace: 'shop', serviceAccount: 'cart' }]

    expect(() => trustOf({ subjects })).toThrow(new ClusterNotFound('nobody', '/subjects/0/cluster'))
  })

  test('on a cluster of another account have its provider in the account of the role', () => {
    const subjects = [{ cluster: 'gaia', namespace: 'shop', serviceAccount: 'cart' }]

    expect(trustOf({ subjects }, { ...GAIA, accountId: '444455556666' })).toEqual(trustOf({ subjects }))
  })

  test('of a role in another account have all their providers there', () => {
    const subjects = [{ cluster: 'gaia', namespace: 'shop', serviceAccount: 'cart' }]
    const trust = trustOf({ subjects, targetAccountId: '444455556666' })

    expect(trust.map(({ Principal }) => Principal)).toEqual([
      { Federated: 'arn:aws:iam::444455556666:oidc-provider/irsa.gaia.gigantic.io' },
      { Federated: 'arn:aws:iam::444455556666:oidc-provider/irsa.golem.gigantic.io' },
    ])
  })
})

const namespace = fc.oneof(
  fc.constantFrom('shop', 'team-*', '*', '?', 'Shop', 'a:b', ''),
  fc.string({ maxLength: 8 }),
)
const aSubject = fc.record(
  { cluster: fc.constantFrom('golem', 'gaia', 'nobody'), namespace, serviceAccount: namespace },
  { requiredKeys: ['namespace', 'serviceAccount'] },
)

test('whatever subjects are asked for: a refusal, or providers of ours, each with one exact aud and with sub', () => {
  const outcomes = { refused: 0, compiled: 0 }
  fc.assert(
    fc.property(fc.array(aSubject, { maxLength: 3 }), (subjects) => {
      try {
        const statements = trustOf({ subjects })
        outcomes.compiled += 1

        for (const { Condition = {}, ...rest } of statements) {
          const [, cluster = ''] =
            /irsa\.(golem|gaia)\.gigantic\.io"/.exec(JSON.stringify(rest.Principal)) ?? []
          expect({ ...rest, Condition: {} }).toEqual(trustFor(cluster, {}))
          const { [`irsa.${cluster}.gigantic.io:sub`]: sub, ...others } = {
            ...Condition.StringLike,
            ...Condition.StringEquals,
          }
          const audience = cluster === 'gaia' ? 'vault' : 'sts.amazonaws.com'
          expect(others).toEqual({ [`irsa.${cluster}.gigantic.io:aud`]: audience })
          expect(Condition.StringEquals).toMatchObject(others)
          for (const subject of [sub ?? []].flat())
            expect(subject).toMatch(/^system:serviceaccount:[a-z0-9*?-]*[a-z0-9][a-z0-9*?-]*:[a-z0-9.*?-]+$/)
          expect(sub?.length).toBeGreaterThan(0)
        }
      } catch (error) {
        if (![InvalidInput, ClusterNotFound].some((kind) => error instanceof kind)) throw error
        outcomes.refused += 1
      }
    }),
    { numRuns: 500 },
  )

  expect(outcomes.compiled).toBeGreaterThan(20)
  expect(outcomes.refused).toBeGreaterThan(20)
})
