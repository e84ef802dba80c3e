/** The packages as Lambda loads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Packaged, readPackaged } from './packaged.ts'

let packaged: Packaged
const directory = mkdtempSync(join(tmpdir(), 'irsa-bundles-'))

beforeAll(async () => {
  packaged = await readPackaged()
})

afterAll(() => rmSync(directory, { recursive: true }))

describe('every bundle', () => {
  test('is one ES module, and loads where only Node.js is', async () => {
    const functions = packaged.ofType('AWS::Lambda::Function')
    expect(functions.length).toBeGreaterThan(0)

    for (const [logicalId, { Properties }] of functions) {
      const { Handler, FunctionName } = Properties as {
        readonly Handler: string
        readonly FunctionName: string
      }
      const files = unzipSync(packaged.artefact(`${FunctionName.replace('irsa-local-', '')}.zip`))
      const name = `${Handler.replace('.handler', '')}.mjs`
      expect(Object.keys(files), logicalId).toEqual([name])
      expect(await exportsOf(logicalId, files[name]), logicalId).toEqual(['handler'])
    }
  })

  test('is small enough to start fast', () => {
    for (const [, { Properties }] of packaged.ofType('AWS::Lambda::Function')) {
      const zip = packaged.artefact(`${String(Properties.FunctionName).replace('irsa-local-', '')}.zip`)
      expect(zip.length, String(Properties.FunctionName)).toBeLessThan(350 * 1024)
    }
  })
})

/** In a thread of its own: a bundle that needs a `require` which is not there fails only when it is loaded. */
function exportsOf(name: string, code: Uint8Array | undefined): Promise<string[]> {
  const file = join(directory, `${name}.mjs`)
  writeFileSync(file, code ?? '')
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
  TABLE_NAME: 'registry',
  EVENT_BUS_NAME: 'irsa-local',
  OPERATOR_ACCOUNTS: '000000000000',
  PROVISION_CLUSTER_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:irsa-local-provision-cluster',
  RECONCILE_ROLE_ARN: 'arn:aws:states:eu-central-1:000000000000:stateMachine:irsa-local-reconcile-role',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/irsa-local-dead-letters',
}
