/** `npm run lint:template`: cfn-lint on the packaged template. What it need not say is in .cfnlintrc, with the reason. */
import { spawnSync } from 'node:child_process'
import { packageStack } from '../../cli/package-stack.ts'

process.exitCode = await lintTemplate()

/** cfn-lint's own exit code; 127 when it is not installed. */
async function lintTemplate(): Promise<number> {
  const { template } = await packageStack()
  const { error, status } = spawnSync('cfn-lint', [], {
    input: template,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  if (error === undefined) return reported(status)
  if (!('code' in error) || error.code !== 'ENOENT') throw error
  console.error('cfn-lint is not installed: `pipx install cfn-lint==1.51.0`, then again.')
  return 127
}

function reported(status: number | null): number {
  if (status === 0) console.log('cfn-lint has nothing to say about the template.')
  return status ?? 1
}
