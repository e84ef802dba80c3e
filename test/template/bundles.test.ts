/** The packages as Lambda loads them. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bundle, bundlesOf } from './bundles.ts'
import budget from './bundles-budget.json' with { type: 'json' }
import { type Packaged, type Resource, readPackaged, statementsOf } from './packaged.ts'

let packaged: Packaged
let bundles: readonly Bundle[]
const directory = mkdtempSync(join(tmpdir(), 'irsa-bundles-'))

beforeAll(async () => {
  packaged = await readPackaged()
  bundles = bundlesOf(packaged)
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('every bundle', () => {
  test('is one ES module, and loads where only Node.js is', async () => {
    expect(bundles.length).toBeGreaterThan(0)

    for (const { name, files, code } of bundles) {
      expect(Object.keys(files), name).toEqual([`functions/${name}.mjs`])
      expect(await exportsOf(name, code), name).toEqual(['handler'])
    }
  })

  test('imports none of Node.js’s own modules, which would be a third of its start', () => {
    for (const { name, code } of bundles) {
      expect(code, name).toContain('process.getBuiltinModule("node:http")')
      expect(code, name).not.toMatch(/\bfrom\s*["'](node:|https?["']|crypto["'])/)
    }
  })

  test('is minified: once more makes it no smaller', async () => {
    const bySize = bundles.toSorted((one, other) => one.minifiedBytes - other.minifiedBytes)
    // All by the same options, and each takes its time.
    for (const { name, code, minifiedBytes } of [bySize.slice(0, 1), bySize.slice(-1)].flat()) {
      const again = await transform(code, { minify: true, format: 'esm', target: 'node24' })
      expect(Buffer.byteLength(again.code), name).toBeGreaterThan(minifiedBytes * 0.98)
    }
  })

  test('weighs no more than its budget, and there is a budget for it', () => {
    const kilobytes = bundles.map(({ name, minifiedBytes, zippedBytes }) => ({
      name,
      minified: minifiedBytes / 1000,
      zipped: zippedBytes / 1000,
    }))

    expect(Object.keys(budget).toSorted()).toEqual(kilobytes.map(({ name }) => name).toSorted())
    for (const { name, minified, zipped } of kilobytes) {
      const most = new Map(Object.entries(budget)).get(name)
      expect(minified, `${name}, minified`).toBeLessThanOrEqual(most?.minified ?? 0)
      expect(zipped, `${name}, zipped`).toBeLessThanOrEqual(most?.zipped ?? 0)
    }
  })

  test('holds the SDK clients of the services that its role may call, and no other', () => {
    for (const { name, role, sdkClients } of bundles)
      expect(sdkClients, name).toEqual(servicesCalled(name, packaged.resources[role]))
  })
})

test('a bundle sends its part of a trace to X-Ray, with what it failed of', async () => {
  const { code = '' } = bundles.find(({ name }) => name === 'finish-run') ?? {}

  expect(await traceOf(code)).toMatchObject({
    name: '## finish-run.handler',
    trace_id: '1-5759e988-bd862e3fe1be46a994272793',
    parent_id: '53995c3f42cd8ad8',
    fault: true,
    annotations: { ColdStart: true, Service: 'irsa-test' },
    cause: { exceptions: [{ message: expect.stringContaining('"input"') }] },
  })
})

/** Of an invocation with an event that is none. The daemon is Lambda's part: https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html */
async function traceOf(code: string): Promise<unknown> {
  const file = join(directory, 'traced.mjs')
  writeFileSync(file, code)
  const daemon = createSocket('udp4')
  await new Promise<void>((resolve) => daemon.bind(0, '127.0.0.1', resolve))
  const heard = once(daemon, 'message')
  const text = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)})
    await handler({}, { functionName: 'irsa-local-finish-run' }).catch(() => undefined)`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), {
    env: {
      ...ENVIRONMENT,
      POWERTOOLS_SERVICE_NAME: 'irsa-test',
      LAMBDA_TASK_ROOT: directory,
      AWS_LAMBDA_FUNCTION_NAME: 'irsa-local-finish-run',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      _HANDLER: 'finish-run.handler',
      _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    },
    stdout: true,
    stderr: true,
  })
  try {
    const [message] = await heard
    // A header, a line feed, the segment.
    return JSON.parse(String(message).split('\n')[1] ?? '')
  } finally {
    await worker.terminate()
    daemon.close()
  }
}

/** By the namespaces of their clients. What Lambda itself does with the role needs no client. */
function servicesCalled(name: string, role: Resource | undefined): string[] {
  const actions = (role === undefined ? [] : statementsOf(role))
    .filter(({ Sid = '' }) => !BY_LAMBDA.has(Sid))
    .flatMap(({ Action }) => Action)
  expect(actions.length, name).toBeGreaterThan(0)
  const services = actions.map((action) => action.split(':')[0] ?? '')
  return [...new Set(services.map((service) => NAMESPACES.get(service) ?? service))].toSorted()
}

/** Logs and traces of a function, and the stream and the failures of its event source. */
const BY_LAMBDA: ReadonlySet<string> = new Set(['Logs', 'Traces', 'Stream', 'ListStreams', 'StreamFailures'])

/** Where the prefix of a service's actions is another word. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['access-analyzer', 'accessanalyzer'],
  ['events', 'eventbridge'],
  ['states', 'sfn'],
])

/** In a thread of its own: a bundle that needs a `require` which is not there fails only when it is loaded. */
function exportsOf(name: string, code: string): Promise<string[]> {
  const file = join(directory, `${name}.mjs`)
  writeFileSync(file, code)
  const text = `
    import { parentPort } from 'node:worker_threads'
    parentPort.postMessage(Object.keys(await import(${JSON.stringify(pathToFileURL(file).href)})))`
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`), {
      env: ENVIRONMENT,
    })
    worker.on('message', (names) => {
      resolve(names)
      void worker.terminate()
    })
    worker.on('error', reject)
  })
}

/** All that any function wants to know. */
const ENVIRONMENT = {
  STAGE: 'local',
  STACK_NAME: 'irsa-local',
  ACCOUNT_ID: '000000000000',
  AWS_REGION: 'eu-central-1',
  ORIGIN_ACCESS_CONTROL_ID: 'E1',
  HOSTED_ZONES: '',
  ROLE_PATH: '/irsa/',
  MANAGED_POLICIES: 'arn:aws:iam::aws:policy/*',
  ACCOUNTS: '',
  ROLE_TAG_KEYS: '',
  ALLOW_PUBLIC_BUCKETS: 'false',
  SHARED_HOST: '',
  ADOPTED_BUCKETS: '',
  ADOPTED_RESOURCES: '',
  TRUST_POLICY_CHARACTERS: '2048',
  TABLE_NAME: 'registry',
  EXTERNAL_ID: '',
  EVENT_BUS_NAME: 'irsa-local',
  OPERATOR_ACCOUNTS: '000000000000',
  PROVISION_CLUSTER_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:irsa-local-provision-cluster',
  DEPROVISION_CLUSTER_ARN:
    'arn:aws:states:eu-central-1:000000000000:stateMachine:irsa-local-deprovision-cluster',
  RECONCILE_ROLE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:irsa-local-reconcile-role',
  ADMINISTRATORS: 'iam:arn:aws:iam::000000000000:role/platform',
  OPERATORS: '',
  APPROVERS: '',
  ACCESS_ANALYZER: 'off',
  GROUPS_CLAIM: 'groups',
  AUDIT_TABLE_NAME: 'audit',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/irsa-local-dead-letters',
  UNDELIVERED_EVENTS_QUEUE_URL:
    'https://sqs.eu-central-1.amazonaws.com/000000000000/irsa-local-undelivered-events',
  STREAM_FAILURES_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/irsa-local-stream-failures',
}
