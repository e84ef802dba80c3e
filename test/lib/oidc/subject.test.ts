import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../../../lib/errors.ts'
import {
  namespaceFault,
  serviceAccountFault,
  subjectFault,
  subjectOf,
  subjectPatternFault,
} from '../../../lib/oidc/subject.ts'

describe('subjectOf', () => {
  test('is what Kubernetes puts into sub', () => {
    expect(subjectOf('kube-system', 'external-dns')).toBe('system:serviceaccount:kube-system:external-dns')
  })

  test.each([
    ['an upper-case namespace', 'Default', 'a'],
    ['a wildcard', '*', 'a'],
    ['a colon', 'a:b', 'c'],
    ['no name', 'a', ''],
    ['more than STS returns', 'a'.repeat(63), 'b'.repeat(253)],
  ])('refuses %s', (_, namespace, serviceAccount) => {
    expect(() => subjectOf(namespace, serviceAccount)).toThrow(InvalidInput)
  })
})

describe('names', () => {
  test.each(['a', '0', 'a-b', 'a'.repeat(63)])('%s is a namespace', (namespace) => {
    expect(namespaceFault(namespace)).toBeUndefined()
  })

  test.each(['', '-a', 'a-', 'a.b', 'A', 'a_b', 'a'.repeat(64), 'a\n'])('%j is none', (namespace) => {
    expect(namespaceFault(namespace)).toMatch(/^must /)
  })

  test.each(['a', 'a.b-c.d', 'a'.repeat(253)])('%s is a service account', (name) => {
    expect(serviceAccountFault(name)).toBeUndefined()
  })

  test.each(['', '.a', 'a.', 'a..b', 'a.-b', 'A', 'a_b', 'a'.repeat(254), 'a\n'])('%j is none', (name) => {
    expect(serviceAccountFault(name)).toMatch(/^must /)
  })
})

describe('subjects and patterns', () => {
  test.each([
    'system:serviceaccount:a',
    'system:serviceaccount:a:b:c',
    'system:node:a:b',
    'a:b',
    '',
    'system:serviceaccount:*:b',
    'system:serviceaccount:a:b*',
  ])('%s is no subject', (subject) => {
    expect(subjectFault(subject)).toBeTypeOf('string')
  })

  test.each([
    'system:serviceaccount:payments:*',
    'system:serviceaccount:team-*:ledger',
    'system:serviceaccount:a:b-?',
  ])('%s is a pattern', (pattern) => {
    expect(subjectPatternFault(pattern)).toBeUndefined()
  })

  test.each([
    'system:serviceaccount:*:*',
    'system:serviceaccount:*:ledger',
    'system:serviceaccount:?-*:ledger',
    'system:serviceaccount:a:b',
    'system:serviceaccount:*',
    'system:*:a:b',
    '*',
    `system:serviceaccount:a:\${aws:username}*`,
    `system:serviceaccount:a:${'b'.repeat(240)}*`,
  ])('%s is none', (pattern) => {
    expect(subjectPatternFault(pattern)).toBeTypeOf('string')
  })
})
