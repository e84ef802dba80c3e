/** CloudFormation alone: the other services are answers written here, every call to them is kept. */
import type { Clock } from '../../../local/clock.ts'
import { createCloudformation, type DeployOptions } from '../../../local/cloudformation/index.ts'
import { AwsError } from '../../../local/errors.ts'
import type { Ask, Call } from '../../../local/service.ts'
import { manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'
export const REGION = 'eu-central-1'

type Input = Readonly<Record<string, unknown>>

export interface Sent {
  /** `iam CreateRole` */
  readonly operation: string
  readonly input: Input
  readonly call: Call
}

/** What another service answers, or throws. */
export type Answer = (input: Input) => unknown

export const caller: Call = {
  principal: { kind: 'administrator', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/someone` },
  region: REGION,
  requestId: 'request',
}

export function cloudformationFixture(answers: Readonly<Record<string, Answer>> = {}) {
  const sent: Sent[] = []
  const waits: number[] = []
  const clock: Clock = {
    ...manualClock(),
    // Nobody waits: what is polled for is asked for again at once.
    wait: async (milliseconds) => {
      waits.push(milliseconds)
    },
  }
  const world = testWorld({
    clock,
    async dispatch<Output>(service: string, name: string, input: object, call: Call) {
      const operation = `${service} ${name}`
      sent.push({ operation, input: { ...input }, call })
      const answer = answers[operation] ?? defaultAnswers[operation] ?? (() => ({}))
      return (await answer({ ...input })) as Output
    },
  })
  const { service, deploy } = createCloudformation(world)

  /** Runs an operation as IAM and the wire would after they have let it pass. */
  async function send<Output = unknown>(operation: string, input: object, call = caller): Promise<Output> {
    const found = service.operations[operation]
    if (found === undefined) throw new Error(`no ${operation}`)
    return (await found.run(input as never, call)) as Output
  }

  return {
    sent,
    waits,
    clock,
    send,
    asks: (operation: string, input: object): readonly Ask[] =>
      service.operations[operation]?.asks(input as never, caller) ?? [],
    /** Lets what goes on in the background come to its end. */
    settle: async () => {
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    },
    deploy: (template: unknown, options: Partial<DeployOptions> = {}) =>
      deploy({ stackName: 'irsa', region: REGION, template, artefacts: noArtefact, ...options }),
    operations: () => sent.map(({ operation }) => operation),
    /** Inputs of every call of an operation. */
    inputs: (operation: string) =>
      sent.filter((one) => one.operation === operation).map(({ input }) => input),
    /** Forgets what was sent until now. */
    forget: () => {
      sent.length = 0
    },
  }
}

function noArtefact(key: string): never {
  throw new Error(`no artefact ${key}`)
}

export function template(resources: object, more: object = {}) {
  return { AWSTemplateFormatVersion: '2010-09-09', Resources: resources, ...more }
}

export function gone(code: string): AwsError {
  return new AwsError(code, 'gone')
}

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`

/** Just enough for everything to succeed. */
const defaultAnswers: Readonly<Record<string, Answer>> = {
  'iam CreateRole': ({ RoleName }) => ({
    Role: { Arn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`, RoleId: 'AROA1' },
  }),
  'iam CreatePolicy': ({ PolicyName }) => ({
    Policy: { Arn: `arn:aws:iam::${ACCOUNT}:policy/${PolicyName}`, PolicyId: 'ANPA1' },
  }),
  'iam CreateOpenIDConnectProvider': ({ Url }) => ({
    OpenIDConnectProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${String(Url).slice(8)}`,
  }),
  'lambda CreateFunction': ({ FunctionName }) => ({ FunctionArn: arn('lambda', `function:${FunctionName}`) }),
  'lambda GetFunctionConfiguration': () => ({ State: 'Active', LastUpdateStatus: 'Successful' }),
  'lambda PublishVersion': ({ FunctionName }) => ({
    FunctionArn: arn('lambda', `function:${FunctionName}:1`),
    Version: '1',
  }),
  'lambda CreateEventSourceMapping': () => ({
    UUID: 'uuid-1',
    EventSourceMappingArn: arn('lambda', 'event-source-mapping:uuid-1'),
  }),
  'lambda GetEventSourceMapping': () => ({ State: 'Enabled' }),
  'dynamodb DescribeTable': ({ TableName }) => ({
    Table: {
      TableStatus: 'ACTIVE',
      TableArn: arn('dynamodb', `table/${TableName}`),
      LatestStreamArn: arn('dynamodb', `table/${TableName}/stream/2026`),
    },
  }),
  'events CreateEventBus': ({ Name }) => ({ EventBusArn: arn('events', `event-bus/${Name}`) }),
  'events PutRule': ({ Name }) => ({ RuleArn: arn('events', `rule/${Name}`) }),
  'sqs CreateQueue': ({ QueueName }) => ({ QueueUrl: `http://127.0.0.1:4566/${ACCOUNT}/${QueueName}` }),
  'sqs GetQueueAttributes': ({ QueueUrl }) => ({
    Attributes: { QueueArn: arn('sqs', String(QueueUrl).split('/').at(-1) ?? '') },
  }),
  'states CreateStateMachine': ({ name }) => ({ stateMachineArn: arn('states', `stateMachine:${name}`) }),
  'states PublishStateMachineVersion': ({ stateMachineArn, revisionId }) => ({
    stateMachineVersionArn: `${stateMachineArn}:${revisionId === 'INITIAL' ? 1 : 2}`,
  }),
  'states UpdateStateMachine': () => ({ revisionId: 'revision-2' }),
  'states DescribeStateMachine': () => {
    throw gone('StateMachineDoesNotExist')
  },
  'cloudfront CreateOriginAccessControl': () => ({ OriginAccessControl: { Id: 'E1' } }),
  'cloudfront GetOriginAccessControl': () => ({ ETag: 'etag-1' }),
}
