import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '../../local/clock.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const DAY = 86_400_000

// The real time stands still but for what a test says.
beforeEach(() => {
  vi.useFakeTimers({ now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Notes at which milliseconds since the start, by the clock's date, something was run. */
function recorder(clock = createClock(1)) {
  const runs: [name: string, at: number][] = []
  const note = (name: string) => () => {
    runs.push([name, clock.now().getTime() - START])
  }
  return { clock, runs, note }
}

describe('the date', () => {
  test('is the real one, whatever the speed', () => {
    const clock = createClock(100)

    vi.advanceTimersByTime(1_000)

    expect(clock.now()).toEqual(new Date(START + 1_000))
    expect(clock.offset()).toBe(0)
  })

  test('goes forward with advance, and on from there with the real time', () => {
    const clock = createClock(100)

    clock.advance(5_000)
    vi.advanceTimersByTime(1_000)
    clock.advance(5_000)

    expect(clock.now()).toEqual(new Date(START + 11_000))
    expect(clock.offset()).toBe(10_000)
  })

  test('of two clocks goes apart', () => {
    const one = createClock(1)

    one.advance(5_000)

    expect(createClock(1).now()).toEqual(new Date(START))
  })
})

describe('a timer', () => {
  test.each([
    [1, 60_000],
    [100, 600],
    [0.5, 120_000],
  ])('of a minute at speed %d takes %d milliseconds of real time', (speed, milliseconds) => {
    const { clock, note, runs } = recorder(createClock(speed))
    clock.after(60_000, note('a'))

    vi.advanceTimersByTime(milliseconds - 1)
    expect(runs).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(runs).toHaveLength(1)
    vi.advanceTimersByTime(10 * milliseconds)
    expect(runs).toHaveLength(1)
  })

  test('that follows the real time is not shortened', () => {
    const { clock, note, runs } = recorder(createClock(100))
    clock.after(60_000, note('a'), { scaled: false })

    vi.advanceTimersByTime(59_999)
    expect(runs).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(runs).toHaveLength(1)
  })

  test.each([
    ['a certificate that is never validated', 3 * DAY],
    ['a month', 31 * DAY],
    ['a year', 365 * DAY],
  ])('of %s does not fire before its time', (_, milliseconds) => {
    const { clock, note, runs } = recorder()
    clock.after(milliseconds, note('a'))

    vi.advanceTimersByTime(milliseconds - 1)
    expect(runs).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(runs).toEqual([['a', milliseconds]])
  })

  test('that is cancelled does not fire, and cancelling it twice is no error', () => {
    const { clock, note, runs } = recorder()
    const timer = clock.after(1_000, note('a'))
    const long = clock.after(365 * DAY, note('b'))
    vi.advanceTimersByTime(100 * DAY)

    timer.cancel()
    long.cancel()
    long.cancel()
    clock.advance(365 * DAY)
    vi.advanceTimersByTime(365 * DAY)

    expect(runs).toEqual([['a', 1_000]])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('of wait resolves', async () => {
    const clock = createClock(100)
    let isOver = false
    const waiting = clock.wait(1_000).then(() => {
      isOver = true
    })

    await vi.advanceTimersByTimeAsync(9)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await waiting
    expect(isOver).toBe(true)
  })
})

describe('advance', () => {
  test('fires what falls due on the way, in order and each at its date, and nothing else', () => {
    const { clock, note, runs } = recorder()
    clock.after(3_000, note('c'))
    clock.after(1_000, note('a'))
    clock.after(2_000, note('b'), { scaled: false })
    clock.after(3_001, note('d'))

    clock.advance(3_000)

    expect(runs).toEqual([
      ['a', 1_000],
      ['b', 2_000],
      ['c', 3_000],
    ])
    expect(clock.now()).toEqual(new Date(START + 3_000))
    clock.advance(1)
    expect(runs.at(-1)).toEqual(['d', 3_001])
  })

  test('counts in time of AWS, whatever the speed', () => {
    const { clock, note, runs } = recorder(createClock(100))
    clock.after(60_000, note('a'))

    clock.advance(59_999)
    expect(runs).toEqual([])
    clock.advance(1)
    expect(runs).toEqual([['a', 60_000]])
  })

  test('fires a timer once, and not again in real time', () => {
    const { clock, note, runs } = recorder()
    clock.after(1_000, note('a'))

    clock.advance(1_000)
    vi.advanceTimersByTime(10_000)

    expect(runs).toEqual([['a', 1_000]])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('fires timers that were set on the way', () => {
    const { clock, runs } = recorder()
    const tick = () => {
      runs.push(['tick', clock.now().getTime() - START])
      clock.after(60_000, tick)
    }
    clock.after(60_000, tick)

    clock.advance(150_000)

    expect(runs).toEqual([
      ['tick', 60_000],
      ['tick', 120_000],
    ])
  })

  test('fires no timer that was cancelled on the way', () => {
    const { clock, note, runs } = recorder()
    const timeout = clock.after(2_000, note('timeout'))
    clock.after(1_000, () => timeout.cancel())

    clock.advance(5_000)

    expect(runs).toEqual([])
  })

  test('ends when the clock is stopped on the way', () => {
    const { clock, note, runs } = recorder()
    clock.after(1_000, () => clock.stop())
    clock.after(2_000, note('late'))

    clock.advance(5_000)

    expect(runs).toEqual([])
  })

  test('does not shorten timers that are set after it', () => {
    const { clock, note, runs } = recorder()
    clock.advance(5_000)
    clock.after(1_000, note('a'))

    vi.advanceTimersByTime(999)
    expect(runs).toEqual([])
    vi.advanceTimersByTime(1)
    expect(runs).toEqual([['a', 6_000]])
  })
})

test('what falls due by itself and throws is told of, and ends nothing', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const { clock, note, runs } = recorder()
  clock.after(1_000, () => {
    throw new Error('broken')
  })
  clock.after(2_000, note('next'))

  vi.advanceTimersByTime(2_000)

  expect(runs).toEqual([['next', 2_000]])
  expect(warn).toHaveBeenCalledOnce()
  warn.mockRestore()
})

describe('a clock that is stopped', () => {
  test('has no timers left, not even long ones, and sets none', () => {
    const { clock, note, runs } = recorder()
    clock.after(1_000, note('a'))
    clock.after(365 * DAY, note('b'))
    vi.advanceTimersByTime(500)

    clock.stop()
    clock.after(1_000, note('c')).cancel()
    clock.after(1_000, note('d'))

    expect(vi.getTimerCount()).toBe(0)
    clock.advance(400 * DAY)
    expect(runs).toEqual([])
  })

  test('still tells the date', () => {
    const clock = createClock(1)
    clock.stop()

    clock.advance(1_000)

    expect(clock.now()).toEqual(new Date(START + 1_000))
  })
})
