import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorsDocument } from '../../cli/errors-doc/render.ts'
import { ERRORS, EXECUTION_ERRORS } from '../../lib/errors-by-name.ts'
import { ROOT } from '../workflow-files.ts'

describe('docs/errors.md', () => {
  const written = readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8')

  test('is what npm run docs:errors makes of the code', () => {
    expect(written).toBe(errorsDocument())
  })

  test('has every error on one line of its own, with its remedy', () => {
    const names = [...written.matchAll(/^\| `([\w.]+)` \| [A-Z].*\. \|$/gm)].map(([, name]) => name)

    expect(names.toSorted()).toEqual([...ERRORS.keys(), ...EXECUTION_ERRORS.keys()].toSorted())
  })
})
