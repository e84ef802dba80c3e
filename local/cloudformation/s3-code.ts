/** The packages of functions as AWS gets them: from the bucket that the template names. */
import { randomUUID } from 'node:crypto'
import type { Call } from '../service.ts'
import type { World } from '../world.ts'
import type { Deployer } from './context.ts'

export function codeInS3({ dispatch }: World, { principal, region }: Call): Deployer['code'] {
  return async ({ bucket, key }) => {
    const input = { Bucket: bucket, Key: key }
    const call = { principal, region, requestId: randomUUID() }
    // Bodies are whole in process.
    const { Body } = await dispatch<{ readonly Body: Uint8Array }>('s3', 'GetObject', input, call)
    return Body
  }
}
