/** A table with a stream, and the reading of it step by step. */
import type {
  DescribeStreamOutput,
  GetRecordsOutput,
  GetShardIteratorOutput,
  ShardIteratorType,
  StreamDescription,
  _Record as StreamRecord,
  StreamViewType,
} from '@aws-sdk/client-dynamodb-streams'
import { type DynamodbFixture, dynamodbFixture } from './fixture.ts'

export interface StreamFixture extends DynamodbFixture {
  readonly StreamArn: string
  readonly describe: () => Promise<StreamDescription>
  readonly iterator: (ShardIteratorType: ShardIteratorType, SequenceNumber?: string) => Promise<string>
  readonly read: (ShardIterator: string | undefined, Limit?: number) => Promise<GetRecordsOutput>
  readonly all: () => Promise<readonly StreamRecord[]>
}

export async function streamFixture(viewType: StreamViewType = 'NEW_AND_OLD_IMAGES'): Promise<StreamFixture> {
  const fixture = await dynamodbFixture()
  const { run, createTable, records } = fixture
  const StreamArn = await createTable({
    StreamSpecification: { StreamEnabled: true, StreamViewType: viewType },
  })
  const describe = async () =>
    (await run<DescribeStreamOutput>('DescribeStream', { StreamArn })).StreamDescription ?? {}
  return {
    ...fixture,
    StreamArn,
    describe,
    async iterator(ShardIteratorType, SequenceNumber) {
      const ShardId = (await describe()).Shards?.[0]?.ShardId
      const input = { StreamArn, ShardId, ShardIteratorType, SequenceNumber }
      return (await run<GetShardIteratorOutput>('GetShardIterator', input)).ShardIterator ?? ''
    },
    read: (ShardIterator, Limit) => run<GetRecordsOutput>('GetRecords', { ShardIterator, Limit }),
    all: () => records(StreamArn),
  }
}

export function partitions(records: readonly StreamRecord[] = []): (string | undefined)[] {
  return records.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S)
}
