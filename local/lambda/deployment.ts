/** Revisions: how a change comes to be what invocations run, and how one is published as a version. */
import { randomUUID } from 'node:crypto'
import type { FunctionConfiguration } from '@aws-sdk/client-lambda'
import { AwsError } from '../errors.ts'
import type { World } from '../world.ts'
import { configurationOf } from './configuration.ts'
import { LATEST, type LambdaFunction, type Revision } from './function.ts'

export function newRevision(
  { clock }: World,
  content: Pick<Revision, 'settings' | 'code'>,
  version = LATEST,
): Revision {
  return { id: randomUUID(), version, ...content, modified: clock.now() }
}

// https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html gives no number; outside of a VPC it is seconds.
const DEPLOYED_AFTER_MILLISECONDS = 2_000

/** Until then invocations run what ran before, and no further update is taken. */
export function deploy({ clock }: World, found: LambdaFunction, replaced?: (before: Revision) => void): void {
  const { revision, deployed } = found
  clock.after(DEPLOYED_AFTER_MILLISECONDS, () => {
    found.deployed = revision
    if (deployed !== undefined) replaced?.(deployed)
  })
}

/** Undefined if there is no such version. Throws AwsError (ResourceConflictException). */
export function revisionToRun(found: LambdaFunction, qualifier = LATEST): Revision | undefined {
  if (qualifier !== LATEST) return found.versions.get(qualifier)
  if (found.deployed !== undefined) return found.deployed
  throw new AwsError(
    'ResourceConflictException',
    `The operation cannot be performed at this time. The function is currently in the following state: Pending`,
    409,
    { Type: 'User' },
  )
}

/** Throws AwsError (ResourceConflictException). */
export function checkUpdatable(found: LambdaFunction): void {
  if (found.deployed === found.revision) return
  const reason =
    found.deployed === undefined
      ? 'The function is currently in the following state: Pending'
      : `An update is in progress for resource: ${found.arn}`
  throw new AwsError(
    'ResourceConflictException',
    `The operation cannot be performed at this time. ${reason}`,
    409,
    { Type: 'User' },
  )
}

/** Throws AwsError (PreconditionFailedException). */
export function checkRevisionId(found: LambdaFunction, expected: string | undefined): void {
  if (expected === undefined || expected === found.revision.id) return
  throw new AwsError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId',
    412,
    { Type: 'User' },
  )
}

/** The last version again if nothing has changed since it was published. */
export function publish(world: World, found: LambdaFunction, description?: string): FunctionConfiguration {
  const last = [...found.versions.values()].at(-1)
  const { settings, code } = found.revision
  const published = { ...settings, description: description ?? settings.description }
  if (last !== undefined && isSame(last, { settings: published, code })) return configurationOf(found, last)
  const version = newRevision(world, { settings: published, code }, String(found.versions.size + 1))
  found.versions.set(version.version, version)
  return configurationOf(found, version)
}

function isSame(last: Revision, { settings, code }: Pick<Revision, 'settings' | 'code'>): boolean {
  return last.code.sha256 === code.sha256 && JSON.stringify(last.settings) === JSON.stringify(settings)
}
