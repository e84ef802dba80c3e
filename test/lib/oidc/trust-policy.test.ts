import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInput, PolicyTooLarge } from '../../../lib/errors.ts'
import { subjectOf } from '../../../lib/oidc/subject.ts'
import { compileTrustPolicy, type Trust } from '../../../lib/oidc/trust-policy.ts'

const golem: Trust = {
  providerArn: 'arn:aws:iam::111122223333:oidc-provider/irsa.golem.example.com',
  issuerHostPath: 'irsa.golem.example.com',
  audience: 'sts.amazonaws.com',
  subjects: ['system:serviceaccount:default:app'],
}
const gopher: Trust = {
  ...golem,
  providerArn: 'arn:aws:iam::111122223333:oidc-provider/irsa.gopher.example.com',
  issuerHostPath: 'irsa.gopher.example.com',
}

describe('compileTrustPolicy', () => {
  test('asks for subject and audience, both exactly', () => {
    expect(compileTrustPolicy({ trusts: [golem] })).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: golem.providerArn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              'irsa.golem.example.com:aud': 'sts.amazonaws.com',
              'irsa.golem.example.com:sub': 'system:serviceaccount:default:app',
            },
          },
        },
      ],
    })
  })

  test('makes one statement of one issuer and one audience, subjects sorted and each once', () => {
    const more = { ...golem, subjects: ['system:serviceaccount:a:z', 'system:serviceaccount:default:app'] }

    const { Statement } = compileTrustPolicy({ trusts: [golem, more] })

    expect(Statement.map((statement) => statement.Condition)).toEqual([
      {
        StringEquals: {
          'irsa.golem.example.com:aud': 'sts.amazonaws.com',
          'irsa.golem.example.com:sub': ['system:serviceaccount:a:z', 'system:serviceaccount:default:app'],
        },
      },
    ])
  })

  test('makes a statement for each issuer and for each audience', () => {
    const { Statement } = compileTrustPolicy({ trusts: [gopher, { ...golem, audience: 'other' }, golem] })

    expect(Statement.map((statement) => statement.Condition)).toEqual([
      {
        StringEquals: {
          'irsa.golem.example.com:aud': 'other',
          'irsa.golem.example.com:sub': golem.subjects[0],
        },
      },
      {
        StringEquals: {
          'irsa.golem.example.com:aud': 'sts.amazonaws.com',
          'irsa.golem.example.com:sub': golem.subjects[0],
        },
      },
      {
        StringEquals: {
          'irsa.gopher.example.com:aud': 'sts.amazonaws.com',
          'irsa.gopher.example.com:sub': golem.subjects[0],
        },
      },
    ])
  })

  test('uses StringLike for a pattern, on the subject only', () => {
    const trust = { ...golem, subjectPatterns: ['system:serviceaccount:team-a:*'] }

    expect(compileTrustPolicy({ trusts: [trust] }).Statement[0]?.Condition).toEqual({
      StringEquals: { 'irsa.golem.example.com:aud': 'sts.amazonaws.com' },
      StringLike: {
        'irsa.golem.example.com:sub': ['system:serviceaccount:default:app', 'system:serviceaccount:team-a:*'],
      },
    })
  })

  test('names the size and the quota when it is too large', () => {
    const subjects = Array.from({ length: 60 }, (_, index) => subjectOf('default', `app-${index}`))
    const act = () => compileTrustPolicy({ trusts: [{ ...golem, subjects }] })

    expect(act).toThrow(PolicyTooLarge)
    expect(act).toThrow(/^The trust policy has \d+ characters; IAM allows 2048\.$/)
  })

  test('fits exactly at the quota that is given', () => {
    const characters = JSON.stringify(compileTrustPolicy({ trusts: [golem] })).length

    expect(compileTrustPolicy({ trusts: [golem], maxCharacters: characters }).Statement).toHaveLength(1)
    expect(() => compileTrustPolicy({ trusts: [golem], maxCharacters: characters - 1 })).toThrow(
      PolicyTooLarge,
    )
  })

  test.each<[string, readonly Trust[]]>([
    ['no trust', []],
    ['no subject', [{ ...golem, subjects: [] }]],
    ['a wildcard among exact subjects', [{ ...golem, subjects: ['system:serviceaccount:default:*'] }]],
    ['a pattern without wildcard', [{ ...golem, subjectPatterns: ['system:serviceaccount:a:b'] }]],
    ['a pattern for every namespace', [{ ...golem, subjectPatterns: ['system:serviceaccount:*:b'] }]],
    ['the provider of another issuer', [{ ...golem, issuerHostPath: 'irsa.gopher.example.com' }]],
    ['a principal that is no OIDC provider', [{ ...golem, providerArn: '*' }]],
    ['an account as principal', [{ ...golem, providerArn: 'arn:aws:iam::111122223333:root' }]],
    [
      'a wildcard in the provider',
      [{ ...golem, providerArn: 'arn:aws:iam::111122223333:oidc-provider/*', issuerHostPath: '*' }],
    ],
    ['no audience', [{ ...golem, audience: '' }]],
    ['a policy variable as audience', [{ ...golem, audience: `\${aws:username}` }]],
  ])('refuses %s', (_, trusts) => {
    expect(() => compileTrustPolicy({ trusts })).toThrow(InvalidInput)
  })
})

describe('whatever the input', () => {
  const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
  const subject = fc.tuple(name, name).map(([namespace, account]) => subjectOf(namespace, account))
  const pattern = fc
    .tuple(name, name)
    .map(([namespace, account]) => `system:serviceaccount:${namespace}:${account}*`)
  const sound: fc.Arbitrary<Trust> = fc
    .record({
      host: fc.constantFrom('irsa.a.example', 'irsa.b.example/path'),
      audience: fc.constantFrom('sts.amazonaws.com', 'other'),
      subjects: fc.array(subject, { minLength: 1, maxLength: 4 }),
      subjectPatterns: fc.array(pattern, { maxLength: 2 }),
    })
    .map(({ host, ...trust }) => ({
      ...trust,
      providerArn: `arn:aws:iam::111122223333:oidc-provider/${host}`,
      issuerHostPath: host,
    }))
  const hostile: fc.Arbitrary<Trust> = fc.record({
    providerArn: fc.oneof(fc.constant(golem.providerArn), fc.string(), fc.constant('*')),
    issuerHostPath: fc.oneof(fc.constant(golem.issuerHostPath), fc.string()),
    audience: fc.oneof(fc.constant('sts.amazonaws.com'), fc.string()),
    subjects: fc.array(fc.oneof(subject, pattern, fc.string(), fc.constant('*'))),
    subjectPatterns: fc.array(fc.oneof(subject, pattern, fc.string(), fc.constant('*'))),
  })

  /** The keys of a condition, by operator; what must be there, and nothing else. */
  function expectBoxed(trusts: readonly Trust[], maxCharacters = 1_000_000) {
    for (const statement of compileTrustPolicy({ trusts, maxCharacters }).Statement) {
      const { Principal, Condition, ...rest } = statement
      expect(rest).toEqual({ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' })
      const trust = trusts.find(
        ({ providerArn }) => JSON.stringify({ Federated: providerArn }) === JSON.stringify(Principal),
      )
      expect(trust).toBeDefined()
      const exact = Condition?.StringEquals ?? {}
      const like = Condition?.StringLike ?? {}
      expect(Object.keys(exact).concat(Object.keys(like)).toSorted()).toEqual([
        `${trust?.issuerHostPath}:aud`,
        `${trust?.issuerHostPath}:sub`,
      ])
      expect(exact[`${trust?.issuerHostPath}:aud`]).toBeTypeOf('string')
      expect(JSON.stringify(exact)).not.toMatch(/[*?]/)
    }
  }

  test('every statement has one provider, one audience and exact or permitted subjects', () => {
    fc.assert(fc.property(fc.array(sound, { minLength: 1, maxLength: 5 }), (trusts) => expectBoxed(trusts)))
  })

  test('hostile input is refused or boxed in', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(sound, hostile), { maxLength: 3 }), (trusts) => {
        try {
          expectBoxed(trusts)
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
        }
      }),
    )
  })

  test('the policy says exactly what was trusted: round trip', () => {
    const pairs = (trusts: readonly Trust[]) =>
      trusts.flatMap(({ issuerHostPath, audience, subjects, subjectPatterns = [] }) =>
        [...subjects, ...subjectPatterns].map((sub) => `${issuerHostPath} ${audience} ${sub}`),
      )
    fc.assert(
      fc.property(fc.array(sound, { minLength: 1, maxLength: 5 }), (trusts) => {
        const { Statement } = compileTrustPolicy({ trusts, maxCharacters: 1_000_000 })
        const read = Statement.flatMap(({ Condition }) => {
          const conditions = { ...Condition?.StringEquals, ...Condition?.StringLike }
          const [hostPath = ''] = Object.keys(conditions).map((key) => key.replace(/:(aud|sub)$/, ''))
          return [conditions[`${hostPath}:sub`] ?? []]
            .flat()
            .map((sub) => `${hostPath} ${conditions[`${hostPath}:aud`]} ${sub}`)
        })
        expect(read.toSorted()).toEqual([...new Set(pairs(trusts))].toSorted())
      }),
    )
  })

  test('the order of the trusts and their subjects changes nothing', () => {
    fc.assert(
      fc.property(fc.array(sound, { minLength: 1, maxLength: 5 }), (trusts) => {
        const reversed = trusts
          .toReversed()
          .map((trust) => ({ ...trust, subjects: trust.subjects.toReversed() }))
        const maxCharacters = 1_000_000
        expect(JSON.stringify(compileTrustPolicy({ trusts: reversed, maxCharacters }))).toBe(
          JSON.stringify(compileTrustPolicy({ trusts, maxCharacters })),
        )
      }),
    )
  })
})
