/** A role of the example's cluster, and who asks for it. */
import { expect } from 'vitest'
import type { Ask } from '../fixture.ts'

export const ARN = 'arn:aws:iam::000000000000:role/irsa/golem/dev_golem_default_reader'
export const CONTENT = { policies: [{ catalogue: 's3-read', parameters: { bucket: 'golem-data' } }] }

/** A tenant that may ask for what `CONTENT` is. */
export async function putTeam(ask: Ask, tenant: string, principal: string): Promise<void> {
  const rule = {
    principals: [principal],
    clusters: ['golem'],
    namespaces: ['default'],
    catalogue: ['s3-read'],
  }
  expect((await ask('PUT', `/tenants/${tenant}`, { json: { rules: [rule] } })).statusCode).toBe(201)
}
