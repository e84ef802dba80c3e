/** What embedded AWSs keep for each other, of all tests: a thread starts faster when what it loads was compiled for another one. */
import { join } from 'node:path'
import { ROOT } from '../workflow-files.ts'

export const CACHE = join(ROOT, '.local', 'of-tests')
