/** IAM of another account, as far as whoever asks can look into it. */
import type { IAMClient } from '@aws-sdk/client-iam'
import { IrsaError } from '../errors.ts'
import type { Untold } from '../explain/situation.ts'

/** Undefined: whoever asks has no credentials of that account. */
export type IamIfOwn = (accountId: string) => IAMClient | undefined

/** Undefined is what is not there. What cannot be looked at is told with the reason, and never as missing. */
export async function lookInto<Found>(
  iamIfOwn: IamIfOwn,
  accountId: string,
  look: (iam: IAMClient) => Promise<Found | undefined>,
): Promise<Found | undefined | Untold> {
  const iam = iamIfOwn(accountId)
  if (iam === undefined) return { untold: `your credentials are not of account ${accountId}` }
  return orUntold(look(iam))
}

/** What AWS refuses to tell is no reason not to tell the rest. */
export function orUntold<Found>(looking: Promise<Found>): Promise<Found | Untold> {
  return looking.catch((error: unknown) => {
    if (error instanceof IrsaError) return { untold: error.message }
    throw error
  })
}
