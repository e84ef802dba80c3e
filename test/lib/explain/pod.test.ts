import { describe, expect, test } from 'vitest'
import { checkPod, podSchema } from '../../../lib/explain/pod.ts'

const DIRECTORY = '/var/run/secrets/eks.amazonaws.com/serviceaccount'
const ROLE = 'arn:aws:iam::111122223333:role/irsa/golem/prod_golem_shop_cart'

interface Changes {
  readonly env?: readonly object[]
  readonly audience?: string
  readonly mountPath?: string
}

/** As the webhook leaves it, but for the changes. */
function aPod({ env = [], audience = 'sts.amazonaws.com', mountPath = DIRECTORY }: Changes = {}) {
  return podSchema.parse({
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'cart-1' },
    spec: {
      serviceAccountName: 'cart',
      containers: [
        {
          name: 'app',
          env: [
            { name: 'AWS_ROLE_ARN', value: ROLE },
            { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${DIRECTORY}/token` },
            ...env,
          ],
          volumeMounts: [{ name: 'aws-iam-token', mountPath }],
        },
      ],
      volumes: [
        { name: 'kube-api-access', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
        {
          name: 'aws-iam-token',
          projected: { sources: [{ serviceAccountToken: { path: 'token', audience } }] },
        },
      ],
    },
  })
}

function wrongIn(changes: Changes, audience = 'sts.amazonaws.com'): string[] {
  return checkPod(aPod(changes), audience)
    .filter(({ isRight }) => !isRight)
    .map(({ words, remedy }) => `${words} ${remedy}`)
}

describe('checkPod', () => {
  test('finds nothing wrong in a pod that the webhook has changed', () => {
    expect(wrongIn({})).toEqual([])
  })

  test('finds a token for another audience', () => {
    expect(wrongIn({ audience: 'vault' })).toEqual([
      expect.stringMatching(/has the audience vault, not sts\.amazonaws\.com.*service account shop\/cart/),
    ])
  })

  test('finds a token that is mounted elsewhere', () => {
    expect(wrongIn({ mountPath: '/tmp' })).toEqual([
      expect.stringContaining('No projected token is mounted'),
      expect.stringContaining('Nothing is mounted'),
    ])
  })

  test('finds credentials that stand before the role', () => {
    expect(wrongIn({ env: [{ name: 'AWS_ACCESS_KEY_ID', value: 'AKIA' }] })).toEqual([
      expect.stringContaining('AWS_ACCESS_KEY_ID is set'),
    ])
  })

  test('finds all that is missing in a pod that the webhook has not seen, in each container', () => {
    const pod = podSchema.parse({
      kind: 'Pod',
      metadata: { name: 'cart-1' },
      spec: { containers: [{ name: 'app' }, { name: 'side' }] },
    })

    const wrong = checkPod(pod, 'sts.amazonaws.com').filter(({ isRight }) => !isRight)

    expect(wrong.map(({ container }) => container)).toEqual([
      undefined,
      'app',
      'app',
      'app',
      'side',
      'side',
      'side',
    ])
    expect(wrong.every(({ remedy }) => remedy !== undefined)).toBe(true)
  })
})
