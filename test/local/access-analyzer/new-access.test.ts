/** Facts from https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkNoNewAccess } from '../../../local/access-analyzer/new-access.ts'
import type { PolicyDocument, Statement } from '../../../local/policy/document.ts'
import { effectOf } from '../../../local/policy/evaluate.ts'
import { includes, meets } from '../../../local/policy/patterns.ts'
import { asWritten } from '../../../local/policy/variables.ts'
import { matches } from '../../../local/policy/wildcards.ts'

const READ: Statement = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::golem/*' }
const DENY: Statement = { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::golem/secret/*' }

function policy(...statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}

function check(before: readonly Statement[], after: readonly Statement[]) {
  return checkNoNewAccess(JSON.stringify(policy(...before)), JSON.stringify(policy(...after)))
}

describe('no new access', () => {
  test.each<[string, Statement[], Statement[]]>([
    ['the same', [READ], [READ]],
    ['one action of several', [READ], [{ ...READ, Action: 's3:GetObject' }]],
    [
      'the actions of a pattern one by one',
      [{ ...READ, Action: ['s3:PutObject', 's3:PutObjectAcl'] }],
      [{ ...READ, Action: 's3:putobject' }],
    ],
    ['a part of the resources', [READ], [{ ...READ, Resource: 'arn:aws:s3:::golem/a/*' }]],
    ['a condition more', [READ], [{ ...READ, Condition: { StringEquals: { 'aws:username': 'a' } } }]],
    ['a Deny more', [READ], [READ, DENY]],
    [
      'what a Deny of its own takes back',
      [READ],
      [READ, { ...READ, Action: 's3:PutObject' }, { ...DENY, Resource: '*', Action: 's3:Put*' }],
    ],
    ['nothing but Deny', [DENY], [{ ...DENY, Action: 's3:GetObject' }]],
  ])('is in %s', async (_, before, after) => {
    expect(await check(before, after)).toMatchObject({ result: 'PASS', reasons: [] })
  })

  test.each<[string, Statement[], Statement[], number]>([
    ['another action', [READ], [READ, { ...READ, Action: 's3:PutObject' }], 1],
    ['another resource', [READ], [{ ...READ, Resource: 'arn:aws:s3:::golem*' }], 0],
    ['a condition less', [{ ...READ, Condition: { StringEquals: { 'aws:username': 'a' } } }], [READ], 0],
    [
      'another value of a condition',
      [{ ...READ, Condition: { StringEquals: { 'aws:username': 'a' } } }],
      [{ ...READ, Condition: { StringEquals: { 'aws:username': ['a', 'b'] } } }],
      0,
    ],
    ['a Deny less', [READ, DENY], [READ], 0],
    ['what one Deny was against', [DENY], [READ], 0],
  ])('is not in %s: the first statement that gives it is named', async (_, before, after, statementIndex) => {
    expect(await check(before, after)).toMatchObject({ result: 'FAIL', reasons: [{ statementIndex }] })
  })

  test('of a statement with a name is told with it', async () => {
    const { reasons } = await check([DENY], [{ ...READ, Sid: 'Read' }])

    expect(reasons).toEqual([
      { description: 'New access in the statement with sid: Read.', statementIndex: 0, statementId: 'Read' },
    ])
  })

  test('cannot be told of what is no policy', async () => {
    await expect(checkNoNewAccess('{}', JSON.stringify(policy(READ)))).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })
})

test('PASS means: whatever is asked, what the new policy allows the old one allowed', async () => {
  const some = <Value>(...values: Value[]) => fc.subarray(values, { minLength: 1 })
  const resources = ['a', 'ab', 'b', 'a*', '*b', '?', 'arn:aws:s3:::x'].map((end) => `arn:aws:s3:::${end}`)
  const statement = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    Action: some('sts:Get*', 'sts:GetCallerIdentity', 'sts:AssumeRole', 'sts:Assume*', 'sts:TagSession'),
    Resource: some(...resources, '*'),
    Condition: fc.constantFrom(
      {},
      { StringEquals: { 'aws:username': ['a'] } },
      { StringEquals: { 'aws:username': ['a', 'b'] } },
      { StringNotEquals: { 'aws:username': ['a'] } },
    ),
  })
  const statements = fc.array(statement, { minLength: 1, maxLength: 3 })
  const requests = ['GetCallerIdentity', 'AssumeRole', 'AssumeRoleWithSAML', 'TagSession'].flatMap((action) =>
    ['a', 'ab', 'b', 'c'].flatMap((end) =>
      ['a', 'b', 'c'].map((name) => ({
        who: { kind: 'anonymous' as const },
        action: `sts:${action}`,
        resource: `arn:aws:s3:::${end}`,
        context: { 'aws:username': name },
      })),
    ),
  )
  let passed = 0
  await fc.assert(
    fc.asyncProperty(statements, statements, async (before, after) => {
      const { result } = await check(before, after)
      if (result !== 'PASS') return
      passed++
      for (const request of requests)
        if (effectOf(policy(...after), request) === 'Allow')
          expect(effectOf(policy(...before), request)).toBe('Allow')
    }),
    { numRuns: 300 },
  )
  expect(passed).toBeGreaterThan(10)
})

test('patterns are compared as all the texts that they match', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 })
  const texts = ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb', 'aab', 'aba', 'abb', 'bab', 'bba', 'aabb']
  const matched = (one: string) => texts.filter((text) => matches([asWritten(one)], text))
  fc.assert(
    fc.property(pattern, pattern, (one, other) => {
      const [mine, its] = [matched(one), matched(other)]
      if (includes(one, other)) expect(mine).toEqual(expect.arrayContaining(its))
      if (mine.some((text) => its.includes(text))) expect(meets(one, other)).toBe(true)
    }),
    { numRuns: 2000 },
  )
  expect(meets('a*b', 'b*a')).toBe(false)
  expect(includes('*', 'a?*')).toBe(true)
})
