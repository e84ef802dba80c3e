/**
 * `npm run audit:permissions`: no permission that nothing uses, and none that is not needed. The workflow tests show what is used; then
 * each of those is taken away once (needed.audit.ts). Some minutes.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  everyRole,
  explanationOf,
  givenPermissions,
  nameOf,
  type Permission,
  usedPermissions,
} from './permissions.ts'

process.exitCode = (await audit()) ? 0 : 1

async function audit(): Promise<boolean> {
  const unused = await unusedPermissions()
  const unexplained = unused.filter((permission) => explanationOf(permission) === undefined)
  for (const permission of unused)
    console.log(`${nameOf(permission)}: ${explanationOf(permission) ?? 'NOTHING USES IT'}`)
  const needed = run('vitest', ['run', '--config', 'test/permissions/vitest.config.ts'])
  return unexplained.length === 0 && needed
}

async function unusedPermissions(): Promise<Permission[]> {
  const directory = mkdtempSync(join(tmpdir(), 'irsa-grants-'))
  try {
    if (!run('vitest', ['run', 'test/workflow'], { IRSA_GRANTS: directory }))
      throw new Error('The tests failed.')
    const roles = await everyRole()
    const used = new Set(usedPermissions(directory, roles).map(nameOf))
    return givenPermissions(roles).filter((permission) => !used.has(nameOf(permission)))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function run(
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): boolean {
  const env = { ...process.env, ...environment }
  return spawnSync(command, words, { env, stdio: 'inherit' }).status === 0
}
