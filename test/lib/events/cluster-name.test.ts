import { describe, expect, test } from 'vitest'
import { clusterKey } from '../../../lib/events/cluster-name.ts'

describe('clusterKey', () => {
  test('is the cluster that an event names', () => {
    expect(clusterKey({ detail: { cluster: 'golem', other: 1 } })).toEqual({ cluster: 'golem' })
  })

  test.each([
    ['no event', undefined],
    ['no detail', { detail: null }],
    ['no cluster', { detail: {} }],
    ['a private key in its place', { detail: { cluster: '-----BEGIN PRIVATE KEY-----\nMIG' } }],
    ['a token in its place', { detail: { cluster: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln' } }],
  ])('is nothing when there is %s', (_, event) => {
    expect(clusterKey(event)).toEqual({})
  })
})
