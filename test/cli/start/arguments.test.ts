import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DEFAULT_SPEED, EXAMPLE_ROLES } from '../../../cli/options.ts'
import { parseStartArguments, USAGE } from '../../../cli/start/arguments.ts'

beforeEach(() => void vi.stubEnv('INIT_CWD', '/home/me'))
afterEach(() => void vi.unstubAllEnvs())

describe('parseStartArguments', () => {
  test('takes the example when nothing is said', () => {
    expect(parseStartArguments([])).toEqual({
      eventFile: undefined,
      rolesFile: EXAMPLE_ROLES,
      signingKeyFile: undefined,
      json: false,
      speed: DEFAULT_SPEED,
      quotas: {},
    })
  })

  test('takes everything that can be said', () => {
    const words =
      '--event event.json --roles=roles.json --signing-key /keys/sa.key --json --speed 20 --quota iam:roles=5000'

    expect(parseStartArguments(words.split(' '))).toEqual({
      eventFile: '/home/me/event.json',
      rolesFile: '/home/me/roles.json',
      signingKeyFile: '/keys/sa.key',
      json: true,
      speed: 20,
      quotas: { 'iam:roles': 5000 },
    })
  })

  test('takes several quotas', () => {
    const words = ['--quota', 'iam:roles=5000', '--quota', 's3:buckets=20000']

    expect(parseStartArguments(words)).toMatchObject({ quotas: { 'iam:roles': 5000, 's3:buckets': 20_000 } })
  })

  test('gives nothing when help is asked for, whatever else is said', () => {
    expect(parseStartArguments(['--help'])).toBeUndefined()
    expect(parseStartArguments(['--json', '--speed', 'x', '--help'])).toBeUndefined()
  })

  test.each<[string, string[], typeof TypeError | typeof RangeError]>([
    ['an option that there is not', ['--evnet', 'event.json'], TypeError],
    ['a word that belongs to none', ['event.json'], TypeError],
    ['an option without its value', ['--event'], TypeError],
    ['a value for what has none', ['--json=yes'], TypeError],
    ['a signing key for the example, which has a fresh one', ['--signing-key', 'sa.key'], TypeError],
    ['a speed that is none', ['--speed', 'fast'], RangeError],
    ['a quota that is none', ['--quota', 'iam:rolls=10'], RangeError],
  ])('refuses %s', (_, words, kind) => {
    expect(() => parseStartArguments(words)).toThrow(kind)
  })
})

test('the usage has every option', () => {
  const options = ['--event', '--roles', '--signing-key', '--json', '--speed', '--quota', '--help']

  expect(USAGE.match(/^ {2}--[a-z-]+/gm)?.map((option) => option.trim())).toEqual(options)
})
