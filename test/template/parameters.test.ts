/** The parameters of the stack are those that README.md lists. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseFile, ROOT } from '../workflow-files.ts'

test('README lists every parameter, in the order of serverless.yml, with its default', () => {
  const { params } = parseFile('serverless.yml') as { readonly params: Readonly<Record<string, Parameters>> }
  // It has no meaning but where bundles are built.
  const { buildFolder: _, ...defaults } = params.default ?? {}
  const rows = rowsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'))

  expect(rows.map(({ name }) => name)).toEqual(Object.keys(defaults))
  for (const { name, shown } of rows) {
    const value = String(defaults[name])
    if (/^(\/|arn:aws:iam::aws|\d|rate\(|[a-z]+$)/.test(value)) expect(shown, name).toBe(`\`${value}\``)
    else expect(shown, name).toMatch(/^(none|every .+|whoever .+|the stack's own)$/)
  }
})

type Parameters = Readonly<Record<string, unknown>>

/** Of the table below `--param`; a row may be of two parameters. */
function rowsOf(readme: string): { readonly name: string; readonly shown: string }[] {
  const table = readme.slice(readme.indexOf('| `--param`')).split('\n\n')[0] ?? ''
  return table.split('\n').flatMap((row) => {
    const [, names = '', shown = ''] = row.split('|').map((cell) => cell.trim())
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name, shown }))
  })
}
