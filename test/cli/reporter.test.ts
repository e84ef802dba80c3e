import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { silentReporter, terminalReporter } from '../../cli/reporter.ts'

/** What is printed while nobody sits at a terminal. */
function printed() {
  const chunks: string[] = []
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      chunks.push(String(chunk))
      return true
    })
  for (const method of ['log', 'info', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void chunks.push(`${words.join(' ')}\n`))
  return () => chunks.join('')
}

describe.each([
  ['the silent reporter', () => silentReporter],
  ['the reporter of a terminal', terminalReporter],
])('%s', (_, make) => {
  test('gives what the work gives, also when that is nothing', async () => {
    printed()

    expect(await make().task('Do it', async () => ({ done: true }))).toEqual({ done: true })
    expect(await make().task('Do it', async () => undefined)).toBeUndefined()
  })

  test('throws what the work throws', async () => {
    printed()
    const error = new RangeError('no')

    await expect(make().task('Do it', () => Promise.reject(error))).rejects.toBe(error)
  })
})

test('the silent reporter prints nothing', async () => {
  const text = printed()

  await silentReporter.task('Do it', async (tell) => tell('it waits'))

  expect(text()).toBe('')
})

describe('without a terminal the reporter prints', () => {
  test('plain lines: what is done, how long it took, and what it waits for, once as long as it is the same', async () => {
    const text = printed()

    await terminalReporter().task('certificate', async (tell) => {
      for (const reason of ['ACM validates it', 'ACM validates it', 'ACM issues it']) tell(reason)
    })

    expect(text()).toMatch(/certificate \(\d+\.\d s\)/)
    expect(text().match(/ACM validates it/g)).toHaveLength(1)
    expect(text()).toContain('ACM issues it')
    expect(text()).not.toContain('\u001b[2K')
  })

  test('plain lines too on a terminal that does not know its width', async () => {
    const text = printed()
    const { isTTY, columns } = process.stdout
    onTestFinished(() => void Object.assign(process.stdout, { isTTY, columns }))
    Object.assign(process.stdout, { isTTY: true, columns: 0 })

    await terminalReporter().task('certificate', async (tell) => tell('ACM issues it'))

    expect(text()).toContain('ACM issues it')
    expect(text()).not.toContain('\u001b[2K')
  })

  test('what failed, and why', async () => {
    const text = printed()

    await terminalReporter()
      .task('certificate', () => Promise.reject(new Error('HostedZoneNotFound: no')))
      .catch(() => undefined)

    expect(text()).toContain('HostedZoneNotFound: no')
  })
})
