/** IAM is eventually consistent: its own API shows what is new at once, the rest of AWS hears of it later. */
import type { Clock } from '../clock.ts'

/**
 * AWS gives no figure; seconds is what is seen.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export const PROPAGATION_MILLISECONDS = 5_000

export function afterPropagation(clock: Clock, entity: { propagated: boolean }): void {
  clock.after(PROPAGATION_MILLISECONDS, () => {
    entity.propagated = true
  })
}
