import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageIn } from '../../../lib/failed-run.ts'
import { anyText } from '../any-text.ts'

test('the message is the one in the answer of the Lambda, whatever is in it', () => {
  fc.assert(
    fc.property(anyText(), (errorMessage) => {
      expect(messageIn(JSON.stringify({ errorType: 'Error', errorMessage, trace: [] }))).toBe(errorMessage)
      expect(messageIn(JSON.stringify({ errorMessage }, null, 2))).toBe(errorMessage)
    }),
  )
})

test('of characters that JSON leaves as they are, none ends it', () => {
  expect(messageIn('{"errorMessage":"\u007f\u0085 [x] \\" #"}')).toBe('\u007f\u0085 [x] " #')
})

test.each([
  '',
  'States.Timeout',
  '{"errorType":"Error"}',
  '{"errorMessage":"cut o',
  '{"errorMessage":"\\x"}',
  '{"errorMessage":"\\u12"}',
])('a cause that holds none is itself the message: %s', (cause) => {
  expect(messageIn(cause)).toBe(cause)
})

test('no cause makes it fail', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(messageIn(`{"errorMessage":"${text}`)).toEqual(expect.any(String))
    }),
  )
})
