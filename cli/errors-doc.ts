/** `npm run docs:errors`: docs/errors.md from the classes in lib/errors.ts, which a test holds it to. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorsDocument } from './errors-doc/render.ts'

writeFileSync(join(import.meta.dirname, '..', 'docs', 'errors.md'), errorsDocument())
