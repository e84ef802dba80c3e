/** Lambda alone: other services are callbacks, every role is trusted, functions are written in the tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreateFunctionRequest, InvocationRequest, InvocationResponse } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { onTestFinished } from 'vitest'
import { AwsError } from '../../../local/errors.ts'
import { createLambda } from '../../../local/lambda/index.ts'
import type { Ask, Call } from '../../../local/service.ts'
import { CACHE } from '../cache.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'
export const REGION = 'eu-central-1'
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/work`
export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:work`

export const administrator: Call = {
  principal: { kind: 'administrator', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
  region: REGION,
  requestId: 'c0ffee00-0000-4000-8000-000000000000',
}

export interface Sent {
  readonly service: string
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly call: Call
}

/** What another service answers, or throws. */
export type Answer = (input: Readonly<Record<string, unknown>>, call: Call) => unknown

/** Runs what it is given, and cleans up when the test is over. */
export function lambdaFixture(answers: Readonly<Record<string, Answer>> = {}) {
  const clock = manualClock()
  const directory = mkdtempSync(join(tmpdir(), 'lambda-'))
  const sent: Sent[] = []
  const untrusted = new Set<string>()
  const sessions: string[] = []
  let sessionMilliseconds = 3_600_000

  const world = testWorld({
    clock,
    async dispatch<Output>(service: string, operation: string, input: object, call: Call) {
      const found = answers[`${service} ${operation}`]
      if (service === 'lambda') return send<Output>(operation, input, call)
      sent.push({ service, operation, input: { ...input }, call })
      if (found === undefined) throw new Error(`this world has no ${service} ${operation}`)
      return (await found({ ...input }, call)) as Output
    },
    sts: () => ({
      principal: (accessKeyId) => ({
        kind: 'role-session',
        account: ACCOUNT,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/function/${accessKeyId}`,
        roleArn: ROLE,
        sessionPolicies: [],
      }),
      serviceSession(roleArn, sessionName, service) {
        if (untrusted.has(roleArn)) throw new AwsError('AccessDenied', 'not trusted', 403)
        sessions.push(`${service} ${roleArn} ${sessionName}`)
        const expiration = new Date(clock.now().getTime() + sessionMilliseconds)
        return {
          accessKeyId: `ASIA${sessions.length}`,
          secretAccessKey: 'secret',
          sessionToken: 'token',
          expiration,
        }
      },
    }),
  })
  const lambda = createLambda(world, { directory, codeDirectory: join(CACHE, 'code') })
  onTestFinished(async () => {
    await lambda.stop()
    rmSync(directory, { recursive: true })
  })

  /** Runs an operation as IAM and the wire would after they have let it pass. */
  async function send<Output = unknown>(
    operation: string,
    input: object,
    call: Call = administrator,
  ): Promise<Output> {
    const found = lambda.service.operations[operation]
    if (found === undefined) throw new Error(`no ${operation}`)
    return (await found.run(input as never, call)) as Output
  }

  function asks(operation: string, input: object, call: Call = administrator): readonly Ask[] {
    return lambda.service.operations[operation]?.asks(input as never, call) ?? []
  }

  /** A function that is Active, from the text of its module or from several files. */
  async function create(
    code: string | Readonly<Record<string, string>>,
    more: Partial<CreateFunctionRequest> = {},
  ): Promise<string> {
    const { FunctionArn = '' } = await send<{ FunctionArn?: string }>('CreateFunction', {
      FunctionName: 'work',
      Runtime: 'nodejs24.x',
      Handler: 'functions/work.handler',
      Role: ROLE,
      Code: { ZipFile: zipOf(code) },
      ...more,
    })
    await clock.pass(2_000)
    return FunctionArn
  }

  const invoke = (event: unknown = {}, more: Partial<InvocationRequest> = {}, call = administrator) =>
    send<InvocationResponse>(
      'Invoke',
      { FunctionName: 'work', Payload: Buffer.from(JSON.stringify(event)), ...more },
      call,
    )

  /** What the function returned, or the error it ended with. */
  async function result(event: unknown = {}, more: Partial<InvocationRequest> = {}) {
    return payloadOf(await invoke(event, more))
  }

  return {
    clock,
    world,
    lambda,
    sent,
    untrusted,
    sessions,
    send,
    asks,
    create,
    invoke,
    result,
    setSessionMilliseconds: (milliseconds: number) => {
      sessionMilliseconds = milliseconds
    },
  }
}

export function zipOf(code: string | Readonly<Record<string, string>>): Uint8Array {
  const files = typeof code === 'string' ? { 'functions/work.mjs': code } : code
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])))
}

export function payloadOf({ Payload = new Uint8Array() }: InvocationResponse) {
  return JSON.parse(Buffer.from(Payload).toString())
}
