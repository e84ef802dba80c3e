/** How a resource is walked, whatever AWS thing it is: what makes it, waits for it, and judges it. */
import { IrsaError } from './errors.ts'
import type { Difference, Hint, Observed, Resource } from './resource.ts'

export type Progress<Outputs extends object> =
  | { readonly status: 'ready'; readonly outputs: Outputs }
  | { readonly status: 'pending'; readonly reason: string; readonly hint: Hint | undefined }

/**
 * One step towards what is desired: looks, makes or mends what is not so, looks again. Never waits; `pending` says to call
 * again later, with the hint in `desired`. Throws what the resource throws.
 */
export async function createStep<Desired, Outputs extends object>(
  resource: Resource<Desired & Hinted, Outputs>,
  desired: Desired & Hinted,
): Promise<Progress<Outputs>> {
  const before = await resource.observe(desired)
  if (!needsWork(before)) return progressOf(before, desired.hint)
  const hint = (await resource.create(desired)) ?? desired.hint
  return progressOf(await resource.observe({ ...desired, hint }), hint)
}

export type Removal = { readonly status: 'absent' } | { readonly status: 'pending'; readonly reason: string }

/**
 * One step towards nothing being there: takes away, or makes the next legal move towards that, then looks. Not first: `observe` says
 * `absent` of what is of no use to `create`, too. Never waits; throws what the resource throws.
 */
export async function deleteStep<Desired, Outputs extends object>(
  resource: Resource<Desired, Outputs>,
  desired: Desired,
): Promise<Removal> {
  await resource.delete(desired)
  const observed = await resource.observe(desired)
  switch (observed.status) {
    case 'absent':
      return { status: 'absent' }
    case 'pending':
      return { status: 'pending', reason: observed.reason }
    default:
      return { status: 'pending', reason: 'AWS still shows it' }
  }
}

/** What a look alone tells. */
export type Inspection =
  | { readonly status: 'absent'; readonly obstacle?: IrsaError }
  | { readonly status: 'pending'; readonly reason: string; readonly unfinished?: true }
  | { readonly status: 'present'; readonly differences: readonly Difference[]; readonly obstacle?: IrsaError }
  /** It cannot be told, or is not ours. */
  | { readonly status: 'refused'; readonly error: IrsaError }

/** Changes nothing. Throws what time mends, and what is none of our errors. */
export async function inspect<Desired>(
  resource: Pick<Resource<Desired, object>, 'observe'>,
  desired: Desired,
): Promise<Inspection> {
  try {
    const observed = await resource.observe(desired)
    if (observed.status !== 'ready') return observed
    const { outputs: _, ...seen } = observed
    return { ...seen, status: 'present' }
  } catch (error) {
    if (!(error instanceof IrsaError) || error.mendedBy === 'time') throw error
    return { status: 'refused', error }
  }
}

/** Whether `create` has something to do, and nothing that is known stops it. */
export function isMendable(inspection: Inspection): boolean {
  if (obstacleOf(inspection) !== undefined) return false
  if (inspection.status === 'present') return mendable(inspection.differences).length > 0
  return inspection.status === 'absent' || (inspection.status === 'pending' && inspection.unfinished === true)
}

/** What `create` would throw, as far as a look tells. */
export function obstacleOf(inspection: Inspection): IrsaError | undefined {
  if (inspection.status === 'refused') return inspection.error
  return inspection.status === 'pending' ? undefined : inspection.obstacle
}

interface Hinted {
  readonly hint?: Hint | undefined
}

function needsWork<Outputs extends object>(observed: Observed<Outputs>): boolean {
  if (observed.status === 'pending') return observed.unfinished === true
  return observed.status === 'absent' || mendable(observed.differences).length > 0
}

/** What AWS does not show right after it was made or changed is on its way. */
function progressOf<Outputs extends object>(
  observed: Observed<Outputs>,
  hint: Hint | undefined,
): Progress<Outputs> {
  switch (observed.status) {
    case 'absent':
      return { status: 'pending', reason: 'AWS does not show it yet', hint }
    case 'pending':
      return { status: 'pending', reason: observed.reason, hint }
    default:
      return mendable(observed.differences).length === 0
        ? { status: 'ready', outputs: observed.outputs }
        : {
            status: 'pending',
            reason: `AWS does not show the change yet: ${fields(mendable(observed.differences))}`,
            hint,
          }
  }
}

function mendable(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(({ isBeyondUs }) => isBeyondUs !== true)
}

function fields(differences: readonly Difference[]): string {
  return differences.map(({ field }) => field).join(', ')
}
