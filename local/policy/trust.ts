/** Whether a trust policy lets somebody assume its role. */
import type { Context } from './conditions.ts'
import type { PolicyDocument } from './document.ts'
import { effectOf, type Who } from './evaluate.ts'

/** A trust policy has no Resource: it is about the role that it belongs to. */
export function trusts(
  policy: PolicyDocument,
  who: Who,
  action: string,
  context: Context,
): 'allowed' | 'denied' | 'not-allowed' {
  switch (effectOf(policy, { who, action, resource: undefined, context })) {
    case 'Deny':
      return 'denied'
    case 'Allow':
      return 'allowed'
    default:
      return 'not-allowed'
  }
}
