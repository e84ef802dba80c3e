import type { IrsaError } from './errors.ts'

/**
 * One AWS thing that we own. No call waits, every call may be repeated and raced:
 *
 * - `observe` reads the actual state and changes nothing. What AWS spells differently is made canonical here.
 * - `create` makes it so from any starting point: absent, half made, drifted. It succeeds on a thing that is
 *   already ours and right, and throws `NotOurs` on one that is not ours.
 * - `delete` takes it away, or makes the next legal move towards that (disable first, delete on a later call).
 *   Absent is success; one that is not ours is left alone (`NotOurs`).
 *
 * Waiting is the state machine's: whoever walks a resource (lib/reconcile.ts) asks `observe` again.
 */
export interface Resource<Desired, Outputs extends object> {
  readonly observe: (desired: Desired) => Promise<Observed<Outputs>>
  /** May return a hint (an ID of a change under way) that the next `observe` finds in `desired.hint`. */
  readonly create: (desired: Desired) => Promise<Hint | undefined>
  readonly delete: (desired: Desired) => Promise<void>
}

export type Observed<Outputs extends object> =
  /** `obstacle`: what `create` would throw at once, where the look has told. */
  | { readonly status: 'absent'; readonly obstacle?: IrsaError }
  /**
   * It exists and is not usable yet, or is on its way out; `reason` in words for a person. `unfinished`: waiting alone does
   * not help, `create` has more to do now (ACM has offered the validation record).
   */
  | { readonly status: 'pending'; readonly reason: string; readonly unfinished?: true }
  /** `obstacle`: what `create` would throw instead of mending the differences. */
  | {
      readonly status: 'ready'
      readonly outputs: Outputs
      readonly differences: readonly Difference[]
      readonly obstacle?: IrsaError
    }

/** One field that is not as desired. `field` is a path in the thing's own words (`PublicAccessBlock.BlockPublicAcls`). */
export interface Difference {
  readonly field: string
  readonly desired: unknown
  readonly observed: unknown
  /** `create` cannot mend it: it is told, and holds nothing up. */
  readonly isBeyondUs?: true
}

/** What `create` learnt that `observe` cannot see by itself. It can keep a resource pending, never make it ready. */
export type Hint = Readonly<Record<string, string>>
