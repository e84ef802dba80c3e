import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sourcesHash } from '../../cli/package-stack.ts'
import { aDirectory, aFile } from './temporary.ts'

const FILES = {
  'cli/package-stack.ts': "'--param', 'allowPublicBuckets=true'",
  'functions/bucket.ts': 'export const handler = 1',
  'lib/steps.ts': 'export const STEPS = []',
  'lib/aws/clients.ts': 'export {}',
  'serverless/hosting.yml': 'Resources: {}',
  'serverless.yml': 'service: irsa',
  'statemachines/provision-cluster.yml': 'StartAt: Bucket',
  'tsconfig.json': '{}',
  'package-lock.json': '{}',
}

/** A checkout of its own. */
function aCheckout(changes: Readonly<Record<string, string>> = {}): string {
  const root = aDirectory()
  for (const [path, content] of Object.entries({ ...FILES, ...changes })) aFile(path, content, root)
  return root
}

describe('a package', () => {
  test('is the same for the same sources, wherever they are', () => {
    expect(sourcesHash(aCheckout())).toBe(sourcesHash(aCheckout()))
    expect(sourcesHash(aCheckout())).toMatch(/^[0-9a-f]{16}$/)
  })

  test.each(Object.keys(FILES))('is another one when %s has changed', (path) => {
    expect(sourcesHash(aCheckout({ [path]: 'changed' }))).not.toBe(sourcesHash(aCheckout()))
  })

  test.each(['lib/aws/new.ts', 'functions/new.ts', 'statemachines/new.yml'])(
    'is another one when %s is new',
    (path) => {
      expect(sourcesHash(aCheckout({ [path]: '' }))).not.toBe(sourcesHash(aCheckout()))
    },
  )

  test('is another one when a file is gone, or has another name', () => {
    const [without, renamed] = [aCheckout(), aCheckout()]
    rmSync(join(without, 'lib/aws/clients.ts'))
    renameSync(join(renamed, 'lib/aws/clients.ts'), join(renamed, 'lib/aws/client.ts'))

    expect(new Set([without, renamed, aCheckout()].map(sourcesHash)).size).toBe(3)
  })

  test.each(['README.md', 'cli/start.ts', 'local/aws.ts', 'test/package.ts', '.local/package-1/bucket.zip'])(
    'is the same whatever is in %s, which does not go into it',
    (path) => {
      expect(sourcesHash(aCheckout({ [path]: 'changed' }))).toBe(sourcesHash(aCheckout()))
    },
  )
})
