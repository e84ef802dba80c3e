/** The registry in the embedded DynamoDB: a table of its own for every test, and the example's cluster in it. */
import type { CreateTableInput, ServiceOutputTypes } from '@aws-sdk/client-dynamodb'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { onTestFinished } from 'vitest'
import { type ClusterRecord, changeCluster } from '../../../lib/registry/cluster-record.ts'
import type { RoleAccepted } from '../../../lib/registry/request-role.ts'
import type { RoleStatus } from '../../../lib/registry/roles.ts'
import { type Item, STATE_INDEX, type Table } from '../../../lib/registry/table.ts'
import { dynamodbFixture, tableInput } from '../../local/dynamodb/fixture.ts'
import { golem, STACK } from '../resources/golem.ts'
import { documentsPastTheWire } from './past-the-wire.ts'

/** What stands around a call to AWS: counts it, cuts it off, lets another one go first. */
export type Around = <Answer>(call: () => Promise<Answer>, operation: string) => Promise<Answer>

/** Everything is stopped when the test is over. */
export async function aTable(
  around: Around = (call) => call(),
  input: Partial<CreateTableInput> = INDEXED,
): Promise<Table> {
  const { dynamodb, createTable, run } = await dynamodbFixture()
  await createTable(input)
  const documents = documentsPastTheWire(STACK.region, (operation, input) =>
    around(() => run<ServiceOutputTypes>(operation, input), operation),
  )
  onTestFinished(async () => {
    documents.destroy()
    await dynamodb.stop()
  })
  return { documents, tableName: INDEXED.TableName }
}

/** As in serverless/registry.yml. */
const INDEXED = {
  ...tableInput,
  AttributeDefinitions: ['pk', 'sk', 'indexState', 'indexTime'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: STATE_INDEX,
      KeySchema: [
        { AttributeName: 'indexState', KeyType: 'HASH' as const },
        { AttributeName: 'indexTime', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['version'] },
    },
  ],
}

/** Every item, in the order of the keys: to see that nothing was written. */
export async function itemsOf({ documents, tableName }: Table): Promise<Item[]> {
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
  return Items.toSorted((one, other) => (`${one.pk} ${one.sk}` < `${other.pk} ${other.sk}` ? -1 : 1))
}

/** The example's cluster in the stack's own account, between two runs. */
export function golemRecord(changes: Partial<ClusterRecord> = {}): ClusterRecord {
  const { keys, outputs: _, tags, audiences, ...desired } = golem({ accountId: STACK.accountId })
  return {
    desired: { ...desired, tags: { ...tags }, audiences: [...audiences] },
    keys: [...keys],
    generation: 1,
    runs: 0,
    status: 'ANNOUNCED',
    outputs: {},
    hints: {},
    lastEvent: { id: 'event-1', time: '2026-01-31T12:00:00.000Z' },
    revision: 0,
    ...changes,
  }
}

export function aRun(changes: Partial<Run> = {}): Pick<ClusterRecord, 'runs'> & { readonly run: Run } {
  const run: Run = { number: 1, generation: 1, workflow: 'provision', state: 'STARTED', ...changes }
  return { runs: run.number, run }
}

type Run = NonNullable<ClusterRecord['run']>

/** A request for a role without policies, and READY as its status. */
export function aRoleRequest(changes: Partial<RoleAccepted> = {}): RoleAccepted {
  return {
    cluster: 'golem',
    namespace: 'default',
    serviceAccount: 'reader',
    version: 1,
    desired: 'present',
    content: { policies: [], description: '', maxSessionDuration: 3600, tags: {} },
    requestedBy: 'iam:arn:aws:iam::111122223333:role/deployer',
    requestedAt: '2026-01-31T12:00:00.000Z',
    ...changes,
  }
}

export function aRoleStatus(changes: Partial<RoleStatus> = {}): RoleStatus {
  return {
    namespace: 'default',
    serviceAccount: 'reader',
    version: 1,
    desired: 'present',
    generation: 1,
    state: 'READY',
    roleArn: 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader',
    run: 1,
    attempts: 1,
    at: '2026-01-31T12:30:00.000Z',
    ...changes,
  }
}

/** A table with this cluster in it. */
export async function aTableWith(record: ClusterRecord, around?: Around): Promise<Table> {
  const table = await aTable(around)
  await putCluster(table, record)
  return table
}

export async function putCluster(table: Table, record: ClusterRecord): Promise<void> {
  await changeCluster(table, record.desired.cluster, () => record)
}
