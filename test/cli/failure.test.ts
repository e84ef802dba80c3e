import { describe, expect, test } from 'vitest'
import { failureWords, UnusableInput } from '../../cli/failure.ts'
import { EventRefused } from '../../cli/start/announce.ts'
import { RunFailed } from '../../cli/start/run-progress.ts'

describe('failureWords', () => {
  test.each<[string, unknown, string]>([
    [
      'what the person did wrong, without a class name',
      new UnusableInput('a.json is not JSON.'),
      'a.json is not JSON.',
    ],
    ['a fault of ours with its name', new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['the remedy too', new RunFailed('It broke.\n', 'Mend it.'), 'RunFailed: It broke.\n  Mend it.'],
    [
      'why an event was refused',
      new EventRefused({ error: 'InvalidInput', message: 'detail.cluster: is missing.', remedy: 'Say it.' }),
      'EventRefused: InvalidInput: detail.cluster: is missing.\nSay it.',
    ],
    ['what is no error', 'no', 'no'],
  ])('tell %s', (_, error, words) => {
    expect(failureWords(error)).toBe(words)
  })
})
