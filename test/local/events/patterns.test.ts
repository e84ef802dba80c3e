/** Facts from https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
import { describe, expect, test } from 'vitest'
import { eventsFixture } from './fixture.ts'

const event = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'Cluster Created',
  source: 'test',
  account: '000000000000',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:eks:a', 'arn:aws:eks:b'],
  detail: {
    cluster: 'blue',
    empty: '',
    nothing: null,
    flag: true,
    nodes: 3,
    hosting: { type: 'dedicated' },
    labels: ['one', 'two'],
  },
}

const cases: [string, object, boolean][] = [
  ['a value', { source: ['test'] }, true],
  ['one of several values', { source: ['other', 'test'] }, true],
  ['no value in another case', { source: ['Test'] }, false],
  ['every member', { source: ['test'], region: ['us-east-1'] }, false],
  ['members within members', { detail: { hosting: { type: ['dedicated'] } } }, true],
  ['no member that is not there', { detail: { colour: ['blue'] } }, false],
  ['one element of a list', { resources: ['arn:aws:eks:b'] }, true],
  ['no element that is not there', { detail: { labels: ['three'] } }, false],
  ['an empty text', { detail: { empty: [''] } }, true],
  ['null', { detail: { nothing: [null] } }, true],
  ['no null for what is not there', { detail: { colour: [null] } }, false],
  ['true', { detail: { flag: [true] } }, true],
  ['no truth as text', { detail: { flag: ['true'] } }, false],
  ['a number', { detail: { nodes: [3] } }, true],
  ['no number as text', { detail: { nodes: ['3'] } }, false],
  ['a prefix', { time: [{ prefix: '2026-01-01' }] }, true],
  ['no other prefix', { time: [{ prefix: '2025' }] }, false],
  ['a suffix', { 'detail-type': [{ suffix: 'Created' }] }, true],
  ['no other suffix', { 'detail-type': [{ suffix: 'created' }] }, false],
  ['whatever the case', { 'detail-type': [{ 'equals-ignore-case': 'cluster created' }] }, true],
  ['no other text whatever the case', { 'detail-type': [{ 'equals-ignore-case': 'cluster' }] }, false],
  ['anything but a value', { detail: { cluster: [{ 'anything-but': 'red' }] } }, true],
  ['not the value', { detail: { cluster: [{ 'anything-but': ['red', 'blue'] }] } }, false],
  ['anything but a number', { detail: { nodes: [{ 'anything-but': [1, 2] }] } }, true],
  ['anything but a prefix', { region: [{ 'anything-but': { prefix: 'us-' } }] }, true],
  ['not the prefix', { region: [{ 'anything-but': { prefix: 'eu-' } }] }, false],
  ['anything but nothing', { detail: { colour: [{ 'anything-but': 'red' }] } }, false],
  ['a number in a range', { detail: { nodes: [{ numeric: ['>', 0, '<=', 3] }] } }, true],
  ['no number out of the range', { detail: { nodes: [{ numeric: ['>', 3] }] } }, false],
  ['an equal number', { detail: { nodes: [{ numeric: ['=', 3.0] }] } }, true],
  ['no text as number', { detail: { cluster: [{ numeric: ['>', 0] }] } }, false],
  ['what exists', { detail: { empty: [{ exists: true }], nothing: [{ exists: true }] } }, true],
  ['what does not exist', { detail: { colour: [{ exists: false }] } }, true],
  ['not what exists', { detail: { cluster: [{ exists: false }] } }, false],
  ['one of several members', { $or: [{ source: ['other'] }, { region: ['eu-central-1'] }] }, true],
  ['none of several members', { $or: [{ source: ['other'] }, { region: ['us-east-1'] }] }, false],
  [
    'one of several and another',
    { detail: { cluster: ['blue'], $or: [{ nodes: [1] }, { flag: [true] }] } },
    true,
  ],
  ['values and comparisons', { detail: { cluster: ['red', { prefix: 'bl' }] } }, true],
]

describe('a pattern matches', () => {
  test.each(cases)('%s', async (_, pattern, expected) => {
    const { run } = eventsFixture()
    const input = { EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }

    expect(await run('TestEventPattern', input)).toEqual({ Result: expected })
  })

  test.each(cases.filter(([, pattern]) => JSON.stringify(pattern).includes('detail')))(
    'in the rule of a bus what it matches in the test: %s',
    async (_, pattern, expected) => {
      const { put, rule, sent } = eventsFixture()
      await rule({}, pattern)

      await put({
        DetailType: event['detail-type'],
        Detail: JSON.stringify(event.detail),
        Resources: event.resources,
      })

      expect(sent).toHaveLength(expected ? 1 : 0)
    },
  )
})

describe('TestEventPattern', () => {
  const EventPattern = '{"source":["test"]}'

  test.each([
    ['is no JSON', 'event'],
    ['is no object', '"event"'],
    ['has no ID', JSON.stringify({ ...event, id: undefined })],
    ['has no detail type', JSON.stringify({ ...event, 'detail-type': undefined })],
  ])('refuses an event that %s', async (_, Event) => {
    const { run } = eventsFixture()

    await expect(run('TestEventPattern', { EventPattern, Event })).rejects.toMatchObject({
      code: 'ValidationException',
    })
  })

  test('refuses a pattern that is none', async () => {
    const { run } = eventsFixture()

    await expect(
      run('TestEventPattern', { EventPattern: '{"source":"test"}', Event: JSON.stringify(event) }),
    ).rejects.toMatchObject({ code: 'InvalidEventPatternException' })
  })
})
