/** A role with further subjects, from the request to the trust policy. */
import { describe, expect, test } from 'vitest'
import type { DesiredCluster } from '../../lib/cluster.ts'
import { ClusterNotFound, PolicyTooLarge, SubjectInOtherAccount } from '../../lib/errors.ts'
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

    expect(() => trustOf({ subjects })).toThrow(new ClusterNotFound('nobody'))
  })

  test('are refused on a cluster of another account, where their provider is', () => {
    const subjects = [{ cluster: 'gaia', namespace: 'shop', serviceAccount: 'cart' }]

    expect(() => trustOf({ subjects }, { ...GAIA, accountId: '444455556666' })).toThrow(
      new SubjectInOtherAccount('gaia', '444455556666', '111122223333'),
    )
  })
})
