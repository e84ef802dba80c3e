/** Deleting what may be gone already. */
import { AwsError } from '../errors.ts'

/** Runs `remove`; an error with one of the service's codes for what does not exist is success. */
export async function unlessGone(codes: readonly string[], remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove()
  } catch (error) {
    if (!(error instanceof AwsError) || !codes.includes(error.code)) throw error
  }
}
