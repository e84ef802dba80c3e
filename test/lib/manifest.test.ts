import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type AnnotatedServiceAccount, serviceAccountManifest } from '../../lib/manifest.ts'

const LEDGER: AnnotatedServiceAccount = {
  namespace: 'payments',
  serviceAccount: 'ledger',
  roleArn: 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_payments_ledger',
  audience: 'sts.amazonaws.com',
}

function manifestOf({ namespace, serviceAccount, roleArn, audience }: AnnotatedServiceAccount) {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: serviceAccount,
      namespace,
      annotations: {
        'eks.amazonaws.com/role-arn': roleArn,
        'eks.amazonaws.com/audience': audience,
        'eks.amazonaws.com/sts-regional-endpoints': 'true',
        'eks.amazonaws.com/token-expiration': '86400',
      },
    },
  }
}

describe('serviceAccountManifest', () => {
  test('is a ServiceAccount with what the pod identity webhook reads, all of it text', () => {
    expect(parse(serviceAccountManifest(LEDGER))).toEqual(manifestOf(LEDGER))
  })

  test.each(['null', 'true', '1e3', '0x10', 'no', '~'])('keeps the name %s a text', (name) => {
    const account = { ...LEDGER, namespace: name, serviceAccount: name }

    expect(parse(serviceAccountManifest(account))).toEqual(manifestOf(account))
  })

  test('can be joined into one file of several', () => {
    const joined = [LEDGER, LEDGER].map(serviceAccountManifest).join('---\n')

    expect(joined.split('---\n').map((part) => parse(part))).toEqual([manifestOf(LEDGER), manifestOf(LEDGER)])
  })

  test('says nothing else whatever the values are', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('a"b', "a'b", 'a\nb: c', '${x}', '# x', 'a\\'))
    const account = fc.record({ namespace: text, serviceAccount: text, roleArn: text, audience: text })

    fc.assert(
      fc.property(account, (given) => {
        expect(parse(serviceAccountManifest(given))).toEqual(manifestOf(given))
      }),
    )
  })
})
