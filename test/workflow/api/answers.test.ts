/** What each route of the API answers, and that it refuses with all that it promises. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { API } from '../../../lib/api/routes.ts'
import { clusterNamed, type Pipeline, sharePipeline } from '../pipeline.ts'
import { announced, asking, settled } from './fixture.ts'
import { forgetRefused, PROMISE, promisedErrors, refusedCalls, TOLD_ELSEWHERE } from './promised-errors.ts'

let pipeline: Pipeline
const ask = asking(() => pipeline)

beforeAll(async () => {
  pipeline = await sharePipeline()
  await announced(pipeline, 'golem', clusterNamed('golem'))
  await settled(pipeline, 'golem')
})

afterAll(async () => {
  await forgetRefused(pipeline)
  await pipeline.stop()
})

test.each([
  ['GET', '/clusters', 200],
  ['GET', '/clusters/golem', 200],
  ['GET', '/clusters/nobody', 404],
  ['GET', '/clusters/golem/roles', 200],
  ['GET', '/clusters/golem/roles?cursor=forged', 400],
  ['GET', '/clusters/golem/roles/shop/nobody', 404],
  ['GET', '/clusters/golem/roles/shop/nobody/manifest', 404],
  ['GET', '/catalogue', 200],
  ['GET', '/openapi.json', 200],
  ['GET', '/docs', 200],
  ['GET', '/nothing', 404],
  ['POST', '/clusters', 405],
  ['GET', '/tenants/nobody', 404],
  ['DELETE', '/tenants/nobody', 204],
  // What only operators may ask.
  ['GET', '/executions', 200],
  ['GET', '/executions/nobody-1', 404],
  ['POST', '/executions/nobody-1/replay', 404],
  ['GET', '/dead-letters/nothing', 404],
  ['PUT', '/clusters/nobody/protection', 404],
  ['DELETE', '/clusters/golem/protection', 200],
  ['PATCH', '/clusters/golem/pause', 405],
  ['POST', '/explain', 415],
])('%s %s answers %i', async (method, path, status) => {
  expect((await ask(method, path)).status).toBe(status)
})

test('every route refuses with every error that it promises', async () => {
  await ask('PUT', '/tenants/promise', PROMISE)
  const calls = await refusedCalls(pipeline)

  const answered = await Promise.all(
    calls.map(async ({ promise, method, path, body, headers }) => {
      const { json } = await ask(method, path, body, headers)
      return `${promise.split(' ')[0]} ${String(json.type).replace('urn:irsa:error:', '')}`
    }),
  )

  expect(answered).toEqual(calls.map(({ promise }) => promise))
  for (const { method, path } of API.filter(({ errors }) => errors.length === 0))
    expect((await ask(method, path)).status, path).toBe(200)
  const elsewhere = Object.values(TOLD_ELSEWHERE).flat()
  expect([...answered, ...elsewhere].toSorted()).toEqual(promisedErrors().toSorted())
  for (const [file, promises] of Object.entries(TOLD_ELSEWHERE)) {
    const tests = testsOf(file)
    for (const promise of promises) {
      const error = promise.split(' ')[1] ?? ''
      const isExpected = tests.some((one) => one.includes('expect(') && one.includes(error))
      expect(isExpected, `${file}: ${promise}`).toBe(true)
    }
  }
})

/** Each from its name to the next one's: an error that is only imported is in none. */
function testsOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split(/^ *test\b/m)
    .slice(1)
}
