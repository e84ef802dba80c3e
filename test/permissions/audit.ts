/** `npm run audit:permissions`: no permission that nothing uses, and none that is not needed. Some minutes. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPackaged } from '../template/packaged.ts'
import { givenPermissions, nameOf, usedPermissions } from './permissions.ts'

const directory = mkdtempSync(join(tmpdir(), 'irsa-grants-'))
const env = { ...process.env, IRSA_GRANTS: directory }
spawnSync('vitest', ['run', 'test/workflow'], { env, stdio: 'inherit' })
const used = new Set(usedPermissions(directory).map(nameOf))
rmSync(directory, { recursive: true })
const unused = givenPermissions(await readPackaged()).filter((permission) => !used.has(nameOf(permission)))
for (const permission of unused) console.log(nameOf(permission))
console.log(used.size, unused.length)
