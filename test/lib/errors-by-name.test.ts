import { describe, expect, test } from 'vitest'
import * as errors from '../../lib/errors.ts'
import { ERRORS } from '../../lib/errors-by-name.ts'

describe('ERRORS', () => {
  test('has every error that can be thrown, and nothing else', () => {
    const names = Object.keys(errors).filter((name) => name !== 'IrsaError')

    expect([...ERRORS.keys()].toSorted()).toEqual(names.toSorted())
  })

  test('says for each of them what a person should do', () => {
    for (const [name, { mendedBy, remedy }] of ERRORS) {
      expect(['time', 'requester', 'operator'], name).toContain(mendedBy)
      expect(remedy, name).toMatch(/\.$/)
    }
  })

  test('gives back the remedy of the class', () => {
    expect(ERRORS.get('RecordTaken')?.remedy).toBe(errors.RecordTaken.remedy)
    expect(ERRORS.get('States.Timeout')).toBeUndefined()
  })
})
