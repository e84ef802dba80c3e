import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkedDefinitions } from '../../../local/states/checked-definitions.ts'
import { parseDefinition } from '../../../local/states/parse-definition.ts'

const directory = mkdtempSync(join(tmpdir(), 'irsa-definitions-'))
const RIGHT = '{"StartAt":"Once","States":{"Once":{"Type":"Succeed"}}}'
const WRONG = '{"StartAt":"Once","States":{"Once":{"Type":"Sleep"}}}'

/** As another process has it, which knows of nothing that this one has checked. */
const anotherProcess = () => checkedDefinitions(join(directory, 'made'), new Set())

afterAll(() => rmSync(directory, { recursive: true }))

test('what one process found in order, another need not look at', () => {
  const first = anotherProcess()
  expect(first.has(RIGHT)).toBe(false)

  parseDefinition(RIGHT, first)

  expect(anotherProcess().has(RIGHT)).toBe(true)
})

test('what is wrong is looked at by everybody', () => {
  const first = anotherProcess()

  expect(() => parseDefinition(WRONG, first)).toThrow('/States/Once/Type')

  expect([first.has(WRONG), anotherProcess().has(WRONG)]).toEqual([false, false])
})
