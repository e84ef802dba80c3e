import { afterEach, expect, test, vi } from 'vitest'
import { inBackground } from '../../local/background.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('work in the background that fails is told of, and ends nothing', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)

  inBackground('the sweep', Promise.reject(new RangeError('too deep')))
  await new Promise((resolve) => setImmediate(resolve))

  expect(warn).toHaveBeenCalledWith('Local mode failed: the sweep', {
    type: 'LocalModeFault',
    detail: expect.stringContaining('RangeError: too deep'),
  })
})
