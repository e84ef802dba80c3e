/** `npm run lint:template`: cfn-lint on every template. What it need not say is in .cfnlintrc, with the reason. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { packageStack } from '../../cli/package-stack.ts'

const { template } = await packageStack()
process.exitCode =
  lint('the packaged template', template) ||
  lint('member-account.yml', readFileSync('serverless/member-account.yml', 'utf8')) ||
  lint('zone-account.yml', readFileSync('serverless/zone-account.yml', 'utf8'))

/** cfn-lint's own exit code; 127 when it is not installed. */
function lint(name: string, input: string): number {
  const { error, status } = spawnSync('cfn-lint', [], { input, stdio: ['pipe', 'inherit', 'inherit'] })
  if (error === undefined) {
    if (status === 0) console.log(`cfn-lint has nothing to say about ${name}.`)
    return status ?? 1
  }
  if (!('code' in error) || error.code !== 'ENOENT') throw error
  console.error('cfn-lint is not installed: `pipx install cfn-lint==1.51.0`, then again.')
  return 127
}
