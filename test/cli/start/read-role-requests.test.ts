import { describe, expect, test } from 'vitest'
import { UnusableInput } from '../../../cli/failure.ts'
import { readRoleRequests } from '../../../cli/start/role-requests.ts'
import { aFile } from '../temporary.ts'

describe('readRoleRequests', () => {
  test('gives the list as it is in the file: the registry judges it', () => {
    const list = [{ namespace: 'default', serviceAccount: 'reader', policies: [] }, 'no request', null]

    expect(readRoleRequests(aFile('roles.json', list))).toEqual(list)
    expect(readRoleRequests(aFile('roles.json', []))).toEqual([])
  })

  test.each([
    ['an object', {}],
    ['a text', '"reader"'],
    ['nothing', 'null'],
    ['no JSON', '- reader'],
  ])('refuses %s', (_, content) => {
    const file = aFile('roles.json', content)

    expect(() => readRoleRequests(file)).toThrow(UnusableInput)
    expect(() => readRoleRequests(file)).toThrow(file)
  })
})
