/** Pass by themselves: the state machine tries again. */
import { IrsaError } from './irsa-error.ts'

export class Throttled extends IrsaError {
  static override readonly mendedBy = 'time'
  static override readonly remedy =
    'Wait; it is tried again. If it persists, lower the concurrency or raise the AWS rate quota.'
  override readonly name = 'Throttled'
}

export class AwsUnavailable extends IrsaError {
  static override readonly mendedBy = 'time'
  static override readonly remedy =
    'Wait; it is tried again. If it persists, look at the AWS Health Dashboard.'
  override readonly name = 'AwsUnavailable'
}

/** Somebody else changed the same thing between our read and our write. */
export class ConcurrentChange extends IrsaError {
  static override readonly mendedBy = 'time'
  static override readonly remedy = 'Wait; it is read and tried again.'
  override readonly name = 'ConcurrentChange'
}
