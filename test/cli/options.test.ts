import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  DEFAULT_SPEED,
  EXAMPLE_EVENT,
  EXAMPLE_ROLES,
  fileNamed,
  parseQuotas,
  parseSpeed,
  understood,
} from '../../cli/options.ts'

test('the examples are there', () => {
  expect([EXAMPLE_EVENT, EXAMPLE_ROLES].map((file) => existsSync(file))).toEqual([true, true])
})

describe('parseSpeed', () => {
  test.each([
    ['1', 1],
    ['20', 20],
    ['1.5', 1.5],
    ['100000', 100_000],
    [String(DEFAULT_SPEED), DEFAULT_SPEED],
  ])('takes %s', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed)
  })

  test.each(['', '0', '0.9', '-5', '100001', 'fast', '1e9', 'Infinity', 'NaN'])('refuses "%s"', (text) => {
    expect(() => parseSpeed(text)).toThrow(RangeError)
  })
})

describe('parseQuotas', () => {
  test('takes none, one and several; the last word of one counts', () => {
    expect(parseQuotas([])).toEqual({})
    expect(parseQuotas(['iam:roles=10000', 's3:buckets=20000', 'iam:roles=9000'])).toEqual({
      'iam:roles': 9000,
      's3:buckets': 20_000,
    })
  })

  test.each([
    ['that is none', 'iam:roles'],
    ['that is no number', 'iam:roles=many'],
    ['that AWS does not have', 'iam:rolls=10000'],
    ['below AWS’s default', 'iam:roles=1'],
    ['beyond what AWS raises it to', 'iam:roles=1000000'],
  ])('refuses one %s, before anything is started', (_, text) => {
    expect(() => parseQuotas([text])).toThrow(RangeError)
  })
})

describe('fileNamed', () => {
  test('counts from where the person stands, not from where npm went', () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('INIT_CWD', '/home/me')

    expect(fileNamed('event.json')).toBe('/home/me/event.json')
    expect(fileNamed('../event.json')).toBe('/home/event.json')
    expect(fileNamed('/etc/event.json')).toBe('/etc/event.json')
  })

  test('counts from the working directory without npm', () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('INIT_CWD', undefined)

    expect(fileNamed('event.json')).toBe(join(process.cwd(), 'event.json'))
  })
})

describe('understood', () => {
  function printed() {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    return { out: () => log.mock.calls.flat(), err: () => error.mock.calls.flat() }
  }

  test('gives what was parsed, and prints nothing', () => {
    const { out, err } = printed()

    expect(understood(() => ({ speed: 1 }), 'Usage: x')).toEqual({ speed: 1 })
    expect([out(), err()]).toEqual([[], []])
  })

  test('prints the usage that was asked for, and ends well', () => {
    const { out, err } = printed()

    expect(understood(() => undefined, 'Usage: x')).toEqual({ exitCode: 0 })
    expect([out(), err()]).toEqual([['Usage: x'], []])
  })

  test('says what was not understood, and how it is written, where errors go', () => {
    const { out, err } = printed()
    const refuse = () => {
      throw new RangeError('--speed must be from 1 to 100000, not 0.')
    }

    expect(understood(refuse, 'Usage: x')).toEqual({ exitCode: 2 })
    expect([out(), err()]).toEqual([[], ['--speed must be from 1 to 100000, not 0.\n\nUsage: x']])
  })
})
