/** How a resource is walked, whatever AWS thing it is: what makes it, waits for it, and judges it. */
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

interface Hinted {
  readonly hint?: Hint | undefined
}

function needsWork<Outputs extends object>(observed: Observed<Outputs>): boolean {
  if (observed.status === 'pending') return observed.unfinished === true
  return observed.status === 'absent' || observed.differences.length > 0
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
      if (observed.differences.length === 0) return { status: 'ready', outputs: observed.outputs }
      return {
        status: 'pending',
        reason: `AWS does not show the change yet: ${fields(observed.differences)}`,
        hint,
      }
  }
}

function fields(differences: readonly Difference[]): string {
  return differences.map(({ field }) => field).join(', ')
}
