import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { deployed, resources } from '../fixture.ts'

describe('an answer', () => {
  test.each([
    ['nothing but JSON', '[1]', 200, 'application/json', '[1]'],
    ['a status without a body', '{"statusCode":204}', 204, 'text/plain;charset=UTF-8', ''],
    ['text', '{"statusCode":"404","body":"no"}', 404, 'text/plain;charset=UTF-8', 'no'],
    [
      'base64',
      '{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"YWJj","isBase64Encoded":true}',
      200,
      'image/png',
      'abc',
    ],
    [
      'a structure that is none',
      '{"statusCode":200,"body":{}}',
      500,
      'application/json',
      '{"message":"Internal Server Error"}',
    ],
    ['an error', 'fail', 500, 'application/json', '{"message":"Internal Server Error"}'],
  ])('of the function may be %s', async (_, wish, status, type, body) => {
    const { call } = await deployed()

    const response = await call('/docs', { headers: { 'x-answer': wish } })

    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ])
  })

  test('may set several cookies', async () => {
    const { call } = await deployed()

    const response = await call('/docs', {
      headers: { 'x-answer': '{"statusCode":200,"cookies":["a=1","b=2"]}' },
    })

    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('that takes longer than the integration allows is a 503', async () => {
    const { Integration, ...others } = resources()
    const Properties = { ...Integration.Properties, TimeoutInMillis: 50 }
    const { call } = await deployed({}, { ...others, Integration: { ...Integration, Properties } })

    const response = await call('/docs', { headers: { 'x-answer': 'hang' } })

    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }])
  })

  test('may wait for a place on this machine: that is no part of what it takes', async () => {
    const { Integration, ...others } = resources()
    const Properties = { ...Integration.Properties, TimeoutInMillis: 1_000 }
    const { call } = await deployed({}, { ...others, Integration: { ...Integration, Properties } })
    // More than fit into two seconds, however many of them run at once.
    const many = 12 * 2 * availableParallelism()

    const responses = await Promise.all(
      Array.from({ length: many }, () => call('/docs', { headers: { 'x-answer': 'slow' } })),
    )

    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('is a 500 when the function has no permission for it', async () => {
    const { Permission: _, ...others } = resources()
    const { call } = await deployed({}, others)

    expect((await call('/docs')).status).toBe(500)
  })
})
