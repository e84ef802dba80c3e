/** What a handler's log never has: another invocation's keys, and secrets. */

import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { parseClusterCreated } from '../../lib/events/cluster-created.ts'
import { taskInput } from '../../lib/execution.ts'
import { createHandler, createTaskHandler } from '../../lib/handler.ts'
import { anEvent, CREATED } from './events/event.ts'
import { aContext } from './lambda-context.ts'
import { printed } from './printed.ts'
import { STACK } from './resources/golem.ts'
import { aTask } from './task.ts'

describe('what one invocation logs with', () => {
  test.each([
    ['ended well', async () => undefined],
    ['failed', () => Promise.reject(new Error('bad'))],
  ])('is forgotten by the next one when it %s', async (_, end) => {
    const { logged } = printed()
    const handler = createTaskHandler(taskInput, async (task, { logger }) => {
      if (task.input.cluster === 'golem') {
        logger.appendKeys({ step: 'alias' })
        await end()
      }
    })

    await handler(aTask(), aContext('request-1')).catch(() => undefined)
    await expect(handler({}, aContext('request-2'))).rejects.toThrow()

    const last = logged().at(-1)
    expect(last).toMatchObject({ level: 'ERROR', function_request_id: 'request-2' })
    for (const key of ['cluster', 'execution', 'step', 'remedy']) expect(last).not.toHaveProperty(key)
  })

  test('is not what the next one of another cluster logs with', async () => {
    const { logged } = printed()
    const handler = createTaskHandler(taskInput, async (_, { logger }) => logger.info('done'))

    await handler(aTask(), aContext())
    await handler(aTask({ cluster: 'gaia' }, { Name: 'gaia-7' }), aContext())

    expect(logged()).toMatchObject([
      { cluster: 'golem', execution: 'golem-1' },
      { cluster: 'gaia', execution: 'gaia-7' },
    ])
  })
})

describe('an event with a private key', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const [, body = ''] = pem.split('\n')
  const event = anEvent('Cluster Created', { ...CREATED, serviceAccountKeys: [pem], [pem]: pem })

  test.each([
    ['refused', createHandler(async (given) => parseClusterCreated(given, STACK))],
    ['no task', createTaskHandler(taskInput, async () => undefined)],
    [
      'in a task that fails',
      createHandler(async () => {
        throw new Error('bad')
      }),
    ],
    ['taken', createHandler(async (_, { logger }) => logger.info('done'))],
  ])('is not printed when it is %s', async (_, handler) => {
    const { text } = printed()

    await handler(event, aContext()).catch(() => undefined)
    await handler({ ...aTask(), input: event }, aContext()).catch(() => undefined)

    expect(text()).not.toBe('')
    expect(text()).not.toContain('PRIVATE KEY')
    expect(text()).not.toContain(body)
  })

  test('is not printed either when somebody turns on the logging of events', async () => {
    onTestFinished(() => void vi.unstubAllEnvs())
    vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', 'true')
    const { text } = printed()
    const handler = createHandler(async (_, { logger }) => logger.info('done'))

    await handler(event, aContext())

    expect(text()).toContain('done')
    expect(text()).not.toContain(body)
  })
})
