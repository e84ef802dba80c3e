import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../workflow-files.ts'

const [, ...sections] = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8').split(/^### /m)
const written = sections.map((section) => ({
  alarm: /^`([\w-]+)`\n/.exec(section)?.[1] ?? section,
  commands: [...section.matchAll(/^```sh\n(.+?)^```$/gms)].flatMap(([, block = '']) => block.split('\n')),
}))

describe('docs/runbook.md', () => {
  test('has one section for every alarm of the stack, in the template’s order', () => {
    expect(written.map(({ alarm }) => alarm)).toEqual(alarmNames())
  })

  test.each(written)('says what to type about $alarm', ({ commands }) => {
    expect(commands.filter((line) => /\b(irsa|aws) /.test(line))).not.toEqual([])
  })
})

/** Without the stack's name. */
function alarmNames(): string[] {
  const template = readFileSync(join(ROOT, 'serverless', 'observability.yml'), 'utf8')
  return [...template.matchAll(/ AlarmName: \$\{self:custom\.stackName\}-([\w-]+)$/gm)].map(
    ([, name = '']) => name,
  )
}
