import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { createDynamodb } from '../../../local/dynamodb/index.ts'
import { createLambda } from '../../../local/lambda/index.ts'
import type { Call } from '../../../local/service.ts'
import { CACHE } from '../cache.ts'
import { key, tableInput } from '../dynamodb/fixture.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'
import { ACCOUNT, administrator, ROLE, zipOf } from './fixture.ts'

it('a change in a table reaches a function in its thread, and what it reports as failed comes again', async () => {
  const { run, clock, logs } = await worldWithTableAndFunction(`
    export const handler = async ({ Records }) => {
      const { SequenceNumber, NewImage } = Records[0].dynamodb
      console.log(Records.length, JSON.stringify(NewImage.bytes ?? null))
      return { batchItemFailures: Records.length > 1 ? [{ itemIdentifier: Records[1].dynamodb.SequenceNumber }] : [] }
    }`)
  const bytes = { B: new Uint8Array([1, 2, 255]) }
  await run('PutItem', { TableName: 'registry', Item: { ...key('a'), bytes } })
  await run('PutItem', { TableName: 'registry', Item: key('b') })

  await run('CreateEventSourceMapping', {
    EventSourceArn: await streamArn(run),
    FunctionName: 'work',
    StartingPosition: 'TRIM_HORIZON',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  })
  await clock.pass(5_000)
  await until(() => logs().includes('REPORT'))
  await clock.pass(1_000)
  await until(() => logs().split('REPORT').length > 2)

  const printed = [...logs().matchAll(/\tINFO\t(.*)\n/g)].map(([, text]) => text)
  expect(printed).toEqual(['2 {"B":"AQL/"}', '1 null'])
})

type RunOperation = <Output = unknown>(name: string, input: object, call?: Call) => Promise<Output>

async function worldWithTableAndFunction(code: string) {
  const clock = manualClock()
  const world = testWorld({
    clock,
    dispatch: (_, name, input, call) => run(name, input, call),
    streams: () => dynamodb.streams,
    sts: () => ({
      principal: (accessKeyId) => ({
        kind: 'role-session',
        account: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/function/${accessKeyId}`,
        roleArn: ROLE,
        sessionPolicies: [],
      }),
      serviceSession: () => ({
        accessKeyId: 'ASIA1',
        secretAccessKey: 'secret',
        sessionToken: 'token',
        expiration: new Date(clock.now().getTime() + 3_600_000),
      }),
    }),
  })
  const directory = mkdtempSync(join(tmpdir(), 'lambda-'))
  const dynamodb = await createDynamodb(world)
  const lambda = createLambda(world, { directory, codeDirectory: join(CACHE, 'code') })
  onTestFinished(async () => {
    await lambda.stop()
    rmSync(directory, { recursive: true })
  })
  const services = [...dynamodb.services, lambda.service]
  const operations = Object.assign({}, ...services.map((service) => service.operations))
  const run: RunOperation = async (name, input, call = administrator) => operations[name].run(input, call)

  await run('CreateTable', {
    ...tableInput,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  })
  await run('CreateFunction', {
    FunctionName: 'work',
    Runtime: 'nodejs24.x',
    Handler: 'functions/work.handler',
    Role: ROLE,
    Code: { ZipFile: zipOf(code) },
  })
  await clock.pass(5_000)
  return { run, clock, logs: () => lambda.logs('work') }
}

async function streamArn(run: RunOperation): Promise<string> {
  const output = await run<{ Table: { LatestStreamArn: string } }>('DescribeTable', { TableName: 'registry' })
  return output.Table.LatestStreamArn
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn()
}
