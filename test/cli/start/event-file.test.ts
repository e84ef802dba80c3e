import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UnusableInput } from '../../../cli/failure.ts'
import { EXAMPLE_EVENT } from '../../../cli/options.ts'
import { readEventDetail } from '../../../cli/start/event-file.ts'
import { aFile } from '../temporary.ts'

const DETAIL = { cluster: 'golem', baseDomain: 'golem.gigantic.io' }

function anEntry(more: object = {}): object {
  return { Source: 'my.hook', DetailType: 'Cluster Created', Detail: JSON.stringify(DETAIL), ...more }
}

describe('readEventDetail', () => {
  test.each<[string, object]>([
    ['a detail', DETAIL],
    ['an entry for PutEvents', anEntry()],
    ['a list of one entry', [anEntry()]],
  ])('takes %s', (_, content) => {
    expect(readEventDetail(aFile('event.json', content))).toEqual(DETAIL)
  })

  test('gives a detail as it is, sound or not: the pipeline judges it', () => {
    expect(readEventDetail(aFile('event.json', { more: 1 }))).toEqual({ more: 1 })
  })

  test('takes the examples', () => {
    const examples = [EXAMPLE_EVENT, join(EXAMPLE_EVENT, '..', 'put-events.json')]

    for (const file of examples) expect(readEventDetail(file)).toMatchObject({ cluster: 'golem' })
  })

  test.each<[string, unknown]>([
    ['an empty list', []],
    ['a list of several entries', [anEntry(), anEntry()]],
    ['a list of details', [DETAIL]],
    ['another event’s entry', [anEntry({ DetailType: 'Cluster Deleted' })]],
    ['an entry whose detail is not JSON', anEntry({ Detail: 'cluster: golem' })],
    ['an entry whose detail is no object', [anEntry({ Detail: '[]' })]],
    ['a text', '"golem"'],
    ['nothing', 'null'],
  ])('says what the file should be when it is %s', (_, content) => {
    const file = aFile('event.json', content)

    expect(() => readEventDetail(file)).toThrow(UnusableInput)
    expect(() => readEventDetail(file)).toThrow(`${file} must be the detail of one Cluster Created event`)
  })
})
