/** Create, update, describe, delete and list state machines. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type {
  CreateStateMachineInput,
  CreateStateMachineOutput,
  DeleteStateMachineInput,
  DescribeStateMachineInput,
  DescribeStateMachineOutput,
  ListStateMachinesInput,
  ListStateMachinesOutput,
  UpdateStateMachineInput,
  UpdateStateMachineOutput,
} from '@aws-sdk/client-sfn'
import { isArn, parseArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import { deleteMachine } from './deletion.ts'
import type { Revision, StateMachine } from './machine.ts'
import { parseTags, requestTagContext } from './machine-tags.ts'
import { checkName } from './names.ts'
import { pageOf } from './pages.ts'
import { parseDefinition } from './parse-definition.ts'
import { STATES_PRINCIPAL } from './role-session.ts'
import { askFor, findMachine, invalidArn, machineArn, type Store } from './store.ts'
import { publishVersion } from './versions.ts'

export function machineOperations(store: Store, world: World) {
  return {
    CreateStateMachine: operation<CreateStateMachineInput, CreateStateMachineOutput>({
      run: (input, call) => createMachine(store, world, input, call),
      asks: (input, call) => [
        askFor('CreateStateMachine', machineArn(input.name ?? '', call), requestTagContext(input.tags)),
        ...publishAsks(input, machineArn(input.name ?? '', call)),
        passRoleAsk(input.roleArn),
      ],
    }),
    UpdateStateMachine: operation<UpdateStateMachineInput, UpdateStateMachineOutput>({
      run: (input) => updateMachine(store, world, input),
      asks: (input) => [
        askFor('UpdateStateMachine', input.stateMachineArn),
        ...publishAsks(input, input.stateMachineArn),
        ...(input.roleArn === undefined ? [] : [passRoleAsk(input.roleArn)]),
      ],
    }),
    DescribeStateMachine: operation<DescribeStateMachineInput, DescribeStateMachineOutput>({
      run: (input) => describeMachine(store, input),
      asks: (input) => [askFor('DescribeStateMachine', input.stateMachineArn)],
    }),
    DeleteStateMachine: operation<DeleteStateMachineInput, object>({
      run: (input) => deleteMachine(store, world, input.stateMachineArn ?? ''),
      asks: (input) => [askFor('DeleteStateMachine', input.stateMachineArn)],
    }),
    ListStateMachines: operation<ListStateMachinesInput, ListStateMachinesOutput>({
      run: (input, call) => listMachines(store, input, call),
      asks: () => [{ action: 'states:ListStateMachines', resource: '*' }],
    }),
  }
}

function passRoleAsk(roleArn = ''): Ask {
  return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': STATES_PRINCIPAL } }
}

function publishAsks({ publish }: { publish?: boolean | undefined }, arn: string | undefined): Ask[] {
  return publish ? [askFor('PublishStateMachineVersion', arn)] : []
}

/** A machine of this name with the same definition, type and configuration is the answer; role and tags are not looked at. */
function createMachine(
  store: Store,
  world: World,
  input: CreateStateMachineInput,
  call: Call,
): CreateStateMachineOutput {
  refuseOtherKinds(input)
  const name = input.name ?? ''
  checkName(name)
  const arn = machineArn(name, call)
  const existing = store.machines.get(arn)
  const revision = createRevision(store, world, input, undefined)
  if (existing !== undefined) return answerCreated(sameMachine(existing, revision), input, world)
  const tags = parseTags(input.tags)
  checkRole(world, revision.roleArn, arn)
  forgetExecutions(store, arn)
  const creationDate = world.clock.now()
  const machine: StateMachine = {
    arn,
    name,
    creationDate,
    status: 'ACTIVE',
    revision,
    versions: new Map(),
    lastVersion: 0,
    tags,
  }
  store.machines.set(arn, machine)
  return answerCreated(machine, input, world)
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
function sameMachine(
  existing: StateMachine,
  { definition, loggingConfiguration, tracingConfiguration }: Revision,
) {
  if (existing.status === 'DELETING') throw machineDeleting(existing)
  const settings = { definition, loggingConfiguration, tracingConfiguration }
  const { revision } = existing
  const current = {
    definition: revision.definition,
    loggingConfiguration: revision.loggingConfiguration,
    tracingConfiguration: revision.tracingConfiguration,
  }
  if (isDeepStrictEqual(settings, current)) return existing
  throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${existing.arn}'`)
}

function answerCreated(
  machine: StateMachine,
  input: CreateStateMachineInput,
  world: World,
): CreateStateMachineOutput {
  return {
    stateMachineArn: machine.arn,
    creationDate: machine.creationDate,
    ...publishedVersion(machine, input, world),
  }
}

function publishedVersion(
  machine: StateMachine,
  { publish, versionDescription }: Pick<CreateStateMachineInput, 'publish' | 'versionDescription'>,
  world: World,
): { stateMachineVersionArn?: string } {
  if (!publish) return {}
  return { stateMachineVersionArn: publishVersion(machine, versionDescription, world.clock.now()).arn }
}

/** Executions of a deleted machine of the same name: their ARNs begin anew. */
function forgetExecutions(store: Store, arn: string): void {
  for (const execution of store.executions.values())
    if (execution.machineArn === arn) store.executions.delete(execution.arn)
}

function updateMachine(store: Store, world: World, input: UpdateStateMachineInput): UpdateStateMachineOutput {
  refuseOtherKinds(input)
  const { machine } = findMachine(store, input.stateMachineArn)
  if (machine.status === 'DELETING') throw machineDeleting(machine)
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input
  if (
    [definition, roleArn, loggingConfiguration, tracingConfiguration].every((member) => member === undefined)
  )
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    )
  if (roleArn !== undefined) checkRole(world, roleArn, machine.arn)
  const current = machine.revision
  machine.revision = createRevision(
    store,
    world,
    {
      definition: definition ?? current.definition,
      roleArn: roleArn ?? current.roleArn,
      loggingConfiguration: loggingConfiguration ?? current.loggingConfiguration,
      tracingConfiguration: tracingConfiguration ?? current.tracingConfiguration,
    },
    randomUUID(),
  )
  const { date: updateDate, revisionId } = machine.revision
  return { updateDate, revisionId, ...publishedVersion(machine, input, world) }
}

type Settings = Pick<
  CreateStateMachineInput,
  'definition' | 'roleArn' | 'loggingConfiguration' | 'tracingConfiguration'
>

function createRevision(
  { checked }: Store,
  world: World,
  input: Settings,
  revisionId: string | undefined,
): Revision {
  const { definition = '', roleArn = '', loggingConfiguration, tracingConfiguration } = input
  if (!isArn(roleArn) || parseArn(roleArn).service !== 'iam')
    throw invalidArn(`Invalid ARN prefix: ${roleArn}`)
  return {
    revisionId,
    definition,
    machine: parseDefinition(definition, checked),
    roleArn,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false, ...loggingConfiguration },
    tracingConfiguration: { enabled: false, ...tracingConfiguration },
    date: world.clock.now(),
  }
}

/** As AWS does when a machine is given a role, and not again until a task needs it. */
function checkRole(world: World, roleArn: string, arn: string): void {
  try {
    world.sts().serviceSession(roleArn, randomUUID().replaceAll('-', ''), STATES_PRINCIPAL, arn)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const message = `Neither the global service principal ${STATES_PRINCIPAL}, nor the regional one is authorized to assume the provided role.`
    throw new AwsError('AccessDeniedException', message, 400, {}, { cause: error })
  }
}

interface Kinds {
  readonly type?: string | undefined
  readonly encryptionConfiguration?: { readonly type?: string | undefined } | undefined
}

function refuseOtherKinds({ type, encryptionConfiguration }: Kinds): void {
  if (type === 'EXPRESS') throw new NotInLocalMode('EXPRESS state machines')
  if (encryptionConfiguration?.type === 'CUSTOMER_MANAGED_KMS_KEY')
    throw new NotInLocalMode('state machines encrypted with a customer managed key')
}

function machineDeleting({ arn }: StateMachine): AwsError {
  return new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`)
}

function describeMachine(store: Store, input: DescribeStateMachineInput): DescribeStateMachineOutput {
  if (input.includedData === 'METADATA_ONLY')
    throw new NotInLocalMode('DescribeStateMachine with METADATA_ONLY')
  const { machine, version } = findMachine(store, input.stateMachineArn)
  const revision = version?.revision ?? machine.revision
  return {
    stateMachineArn: version?.arn ?? machine.arn,
    name: machine.name,
    status: machine.status,
    definition: revision.definition,
    roleArn: revision.roleArn,
    type: 'STANDARD',
    creationDate: version?.creationDate ?? machine.creationDate,
    loggingConfiguration: revision.loggingConfiguration,
    tracingConfiguration: revision.tracingConfiguration,
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
    ...(version?.description === undefined ? {} : { description: version.description }),
  }
}

function listMachines(store: Store, input: ListStateMachinesInput, call: Call): ListStateMachinesOutput {
  const prefix = machineArn('', call)
  const machines = [...store.machines.values()].filter(({ arn }) => arn.startsWith(prefix))
  machines.sort((one, other) => (one.arn < other.arn ? -1 : 1))
  const { items, token } = pageOf(machines, ({ arn }) => arn, input)
  return {
    stateMachines: items.map(({ arn, name, creationDate }) => ({
      stateMachineArn: arn,
      name,
      type: 'STANDARD',
      creationDate,
    })),
    ...token,
  }
}
