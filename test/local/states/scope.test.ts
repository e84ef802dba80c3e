import { describe, expect, test } from 'vitest'
import { Abandoned } from '../../../local/states/failures.ts'
import { createScope } from '../../../local/states/scope.ts'
import { manualClock } from './manual-clock.ts'

describe('createScope', () => {
  test('closing abandons what waits in it and below it, and cancels its timers', async () => {
    const clock = manualClock()
    const scope = createScope(clock)
    const waits = [
      scope.delay(1000),
      scope.child().child().delay(1000),
      scope.until(() => new Promise(() => undefined)),
    ]

    const settled = Promise.allSettled(waits)
    scope.close()

    const abandoned = { status: 'rejected', reason: new Abandoned() }
    expect(await settled).toEqual([abandoned, abandoned, abandoned])
    expect(clock.pendingTimers()).toBe(0)
  })

  test('closing a child leaves its parent and siblings alone', async () => {
    const clock = manualClock()
    const scope = createScope(clock)
    const [one, other] = [scope.child(), scope.child()]
    const wait = other.delay(10)

    one.close()
    await clock.pass(10)

    await expect(wait).resolves.toBeUndefined()
    expect([scope.isClosed(), one.isClosed(), other.isClosed()]).toEqual([false, true, false])
  })

  test('nothing waits in a scope that is closed, nor in a child made afterwards', async () => {
    const clock = manualClock()
    const scope = createScope(clock)
    scope.close()

    await expect(scope.delay(1)).rejects.toThrow(Abandoned)
    await expect(scope.until(() => expect.unreachable('work was begun'))).rejects.toThrow(Abandoned)
    await expect(scope.child().delay(1)).rejects.toThrow(Abandoned)
    expect(clock.asked()).toEqual([])
  })

  test('work that closes the scope is abandoned too', async () => {
    const clock = manualClock()
    const scope = createScope(clock)
    const stop = async () => scope.close()

    await expect(scope.until(stop, { milliseconds: 10, error: new Error('too slow') })).rejects.toThrow(
      Abandoned,
    )
    expect(clock.pendingTimers()).toBe(0)
  })

  test('until settles as the promise does, within its limit', async () => {
    const clock = manualClock()
    const scope = createScope(clock)
    const limit = { milliseconds: 10, error: new Error('too slow') }

    await expect(scope.until(async () => 'in time', limit)).resolves.toBe('in time')
    await expect(scope.until(() => Promise.reject(new Error('own')), limit)).rejects.toThrow('own')
    const slow = scope.until(() => new Promise(() => undefined), limit)
    clock.advance(10)

    await expect(slow).rejects.toThrow('too slow')
  })
})
