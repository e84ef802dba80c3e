/** DynamoDB alone, on a clock that stands still: its operations without what comes before them on the wire. */
import type { AttributeValue, CreateTableInput } from '@aws-sdk/client-dynamodb'
import type {
  DescribeStreamOutput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams'
import { createDynamodb, type Dynamodb } from '../../../local/dynamodb/index.ts'
import type { Ask, Call } from '../../../local/service.ts'
import { type ManualClock, manualClock } from '../states/manual-clock.ts'
import { testWorld } from '../world.ts'

export const ACCOUNT = '000000000000'
export const OTHER_ACCOUNT = '111111111111'
export const SECOND = 1000
export const HOUR = 3_600_000

export type Item = Record<string, AttributeValue>

export function callOf(account = ACCOUNT, region = 'eu-central-1'): Call {
  const principal = { kind: 'administrator', account, arn: `arn:aws:iam::${account}:user/local` } as const
  return { principal, region, requestId: 'request' }
}

export interface DynamodbFixture {
  readonly clock: ManualClock
  readonly dynamodb: Dynamodb
  /** Of dynamodb or, failing that, of its streams. */
  readonly run: <Output = object>(operation: string, input: object, call?: Call) => Promise<Output>
  readonly asks: (operation: string, input: object, call?: Call) => readonly Ask[]
  /** A table with pk and sk, active. */
  readonly createTable: (input?: Partial<CreateTableInput>, call?: Call) => Promise<string>
  readonly put: (item: Item, more?: object) => Promise<object>
  readonly get: (pk: string, sk?: string) => Promise<Item | undefined>
  readonly records: (streamArn: string) => Promise<readonly StreamRecord[]>
}

export async function dynamodbFixture(): Promise<DynamodbFixture> {
  const clock = manualClock()
  const dynamodb = await createDynamodb(testWorld({ clock }))
  const operations = Object.assign({}, ...dynamodb.services.map((service) => service.operations))

  async function run<Output = object>(name: string, input: object, call = callOf()): Promise<Output> {
    return operations[name].run(input, call)
  }

  return {
    clock,
    dynamodb,
    run,
    asks: (name, input, call = callOf()) => operations[name].asks(input, call),
    async createTable(input = {}, call = callOf()) {
      const { TableDescription } = await run<{ TableDescription: { LatestStreamArn?: string } }>(
        'CreateTable',
        { ...tableInput, ...input },
        call,
      )
      await clock.pass(5 * SECOND)
      return TableDescription.LatestStreamArn ?? ''
    },
    put: (Item, more = {}) => run('PutItem', { TableName: 'registry', Item, ...more }),
    async get(pk, sk = 'CLUSTER') {
      const input = { TableName: 'registry', Key: key(pk, sk), ConsistentRead: true }
      return (await run<{ Item?: Item }>('GetItem', input)).Item
    },
    async records(StreamArn) {
      const { StreamDescription } = await run<DescribeStreamOutput>('DescribeStream', { StreamArn })
      const ShardId = StreamDescription?.Shards?.[0]?.ShardId
      const { ShardIterator } = await run<GetShardIteratorOutput>('GetShardIterator', {
        StreamArn,
        ShardId,
        ShardIteratorType: 'TRIM_HORIZON',
      })
      return (await run<GetRecordsOutput>('GetRecords', { ShardIterator })).Records ?? []
    },
  }
}

export function key(pk: string, sk = 'CLUSTER'): Item {
  return { pk: { S: pk }, sk: { S: sk } }
}

export const tableInput = {
  TableName: 'registry',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
} satisfies CreateTableInput
