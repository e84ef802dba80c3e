import { MetricUnit } from '@aws-lambda-powertools/metrics'
import { describe, expect, test, vi } from 'vitest'
import { BucketNotOurs } from '../../lib/errors.ts'
import { taskInput } from '../../lib/execution.ts'
import { createHandler, createTaskHandler } from '../../lib/handler.ts'
import { metrics } from '../../lib/metrics.ts'
import { aContext } from './lambda-context.ts'
import { printed } from './printed.ts'
import { aTask } from './task.ts'

describe('a handler', () => {
  test('answers what it is made to, and prints nothing by itself', async () => {
    const { text } = printed()
    const handler = createHandler(async (event) => ({ given: event }))

    expect(await handler({ a: 1 }, aContext())).toEqual({ given: { a: 1 } })
    expect(text()).toBe('')
  })

  test('says on every line which service and which request it is of', async () => {
    const { logged } = printed()
    const handler = createHandler(async (_, { logger }) => logger.info('done'))

    await handler({}, aContext('request-1'))

    expect(logged()).toMatchObject([
      {
        level: 'INFO',
        message: 'done',
        service: 'irsa-test',
        function_name: 'irsa-dev-cluster-events',
        function_request_id: 'request-1',
      },
    ])
  })

  test('throws on what is thrown, and logs it once, with its remedy and its cause', async () => {
    const { logged } = printed()
    const error = new BucketNotOurs('irsa-dev-golem', 'it has no tags', { cause: new Error('403') })
    const handler = createHandler(async () => {
      throw error
    })

    await expect(handler({}, aContext())).rejects.toBe(error)

    expect(logged()).toMatchObject([
      {
        level: 'ERROR',
        message: error.message,
        remedy: BucketNotOurs.remedy,
        error: { name: 'BucketNotOurs', message: error.message, cause: { message: '403' } },
      },
    ])
  })

  test('logs what is none of our errors without a remedy', async () => {
    const { logged } = printed()
    const error = new TypeError('x is not a function')
    const handler = createHandler(async () => {
      throw error
    })

    await expect(handler({}, aContext())).rejects.toBe(error)

    expect(logged()).toMatchObject([{ level: 'ERROR', error: { name: 'TypeError' } }])
    expect(logged()[0]).not.toHaveProperty('remedy')
  })

  test('throws on what is no error at all, and does not print it', async () => {
    const { logged, text } = printed()
    const handler = createHandler(async () => {
      throw 'hush'
    })

    await expect(handler({}, aContext())).rejects.toBe('hush')

    expect(logged()).toMatchObject([{ level: 'ERROR', error: { name: 'Error' } }])
    expect(text()).not.toContain('hush')
  })
})

describe('metrics', () => {
  test('are not published when nothing was measured, whatever becomes of the invocation', async () => {
    const { text, measured } = printed()
    const handler = createHandler(async (event) => {
      if (event === 'bad') throw new Error('bad')
    })

    await handler('good', aContext())
    expect(text()).toBe('')
    await expect(handler('bad', aContext())).rejects.toThrow()

    expect(measured()).toEqual([])
    expect(text()).not.toContain('No application metrics')
  })

  test.each([
    ['ends well', async () => undefined],
    ['fails', () => Promise.reject(new Error('bad'))],
  ])('are published once when the invocation %s', async (_, end) => {
    const { measured } = printed()
    const handler = createHandler(async (event) => {
      if (event === 'measure') metrics.addMetric('RolesSettled', MetricUnit.Count, 3)
      await end()
    })

    await handler('measure', aContext()).catch(() => undefined)
    await handler('do not', aContext()).catch(() => undefined)

    expect(measured()).toMatchObject([{ service: 'irsa-test', RolesSettled: 3 }])
    expect(JSON.stringify(measured())).toContain('"Namespace":"IrsaProvisioner"')
  })
})

describe('a task', () => {
  test('is given what its schema makes of the event, and names cluster and execution on every line', async () => {
    const { logged } = printed()
    const handler = createTaskHandler(taskInput, async (task, { logger }) => {
      logger.info('done')
      return task
    })

    expect(await handler({ ...aTask(), more: 1 }, aContext())).toEqual(aTask())
    expect(logged()).toMatchObject([{ message: 'done', cluster: 'golem', execution: 'golem-1' }])
  })

  test('names them on the line of its error too', async () => {
    const { logged } = printed()
    const handler = createTaskHandler(taskInput, async () => {
      throw new BucketNotOurs('irsa-dev-golem', 'it has no tags')
    })

    await expect(handler(aTask(), aContext())).rejects.toThrow(BucketNotOurs)

    expect(logged()).toMatchObject([
      { level: 'ERROR', cluster: 'golem', execution: 'golem-1', remedy: BucketNotOurs.remedy },
    ])
  })

  test('does not run on an event that is none of Step Functions', async () => {
    printed()
    const run = vi.fn()
    const handler = createTaskHandler(taskInput, run)

    await expect(handler({ input: { cluster: 'golem' } }, aContext())).rejects.toMatchObject({
      name: 'ZodError',
    })

    expect(run).not.toHaveBeenCalled()
  })
})
