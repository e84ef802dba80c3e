/** Published versions. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html */
import type {
  DeleteStateMachineVersionInput,
  ListStateMachineVersionsInput,
  ListStateMachineVersionsOutput,
  PublishStateMachineVersionInput,
  PublishStateMachineVersionOutput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import type { World } from '../world.ts'
import type { StateMachine, Version } from './machine.ts'
import { pageOf } from './pages.ts'
import { askFor, findMachine, invalidArn, type Store } from './store.ts'

/** The most that a machine may have. */
const MAXIMUM_VERSIONS = 1000

export function versionOperations(store: Store, world: World) {
  return {
    PublishStateMachineVersion: operation<PublishStateMachineVersionInput, PublishStateMachineVersionOutput>({
      run(input) {
        const { machine } = findMachine(store, input.stateMachineArn)
        checkRevision(machine, input.revisionId)
        const { arn, creationDate } = publishVersion(machine, input.description, world.clock.now())
        return { stateMachineVersionArn: arn, creationDate }
      },
      asks: (input) => [askFor('PublishStateMachineVersion', input.stateMachineArn)],
    }),
    DeleteStateMachineVersion: operation<DeleteStateMachineVersionInput, object>({
      run: (input) => deleteVersion(store, input.stateMachineVersionArn),
      asks: (input) => [askFor('DeleteStateMachineVersion', input.stateMachineVersionArn)],
    }),
    ListStateMachineVersions: operation<ListStateMachineVersionsInput, ListStateMachineVersionsOutput>({
      run: (input) => listVersions(store, input),
      asks: (input) => [askFor('ListStateMachineVersions', input.stateMachineArn)],
    }),
  }
}

/** The version of the current revision, which is published at most once. */
export function publishVersion(
  machine: StateMachine,
  description: string | undefined,
  creationDate: Date,
): Version {
  const { revision, versions } = machine
  const published = [...versions.values()].find((version) => version.revision === revision)
  if (published !== undefined) return published
  if (versions.size >= MAXIMUM_VERSIONS)
    throw new AwsError(
      'ServiceQuotaExceededException',
      `${machine.arn} has ${MAXIMUM_VERSIONS} versions`,
      402,
    )
  machine.lastVersion += 1
  const version: Version = {
    arn: `${machine.arn}:${machine.lastVersion}`,
    revision,
    description,
    creationDate,
  }
  versions.set(machine.lastVersion, version)
  return version
}

function checkRevision({ revision }: StateMachine, revisionId: string | undefined): void {
  const current = revision.revisionId ?? 'INITIAL'
  if (revisionId === undefined || revisionId === current) return
  throw new AwsError(
    'ConflictException',
    `Failed to publish the state machine version: the current revision is ${current}, not ${revisionId}`,
    409,
  )
}

/** Executions of it go on; one that is gone is no error. */
function deleteVersion({ machines }: Store, arn = ''): object {
  const [, machine, number] = /^(arn:.+:stateMachine:[^:]+):(\d+)$/.exec(arn) ?? []
  if (machine === undefined) throw invalidArn(arn)
  machines.get(machine)?.versions.delete(Number(number))
  return {}
}

/** The newest first. */
function listVersions(store: Store, input: ListStateMachineVersionsInput): ListStateMachineVersionsOutput {
  const { machine } = findMachine(store, input.stateMachineArn)
  const versions = [...machine.versions].sort(([one], [other]) => other - one)
  const { items, token } = pageOf(versions, ([number]) => String(9999 - number), input)
  return {
    stateMachineVersions: items.map(([, { arn, creationDate }]) => ({
      stateMachineVersionArn: arn,
      creationDate,
    })),
    ...token,
  }
}
