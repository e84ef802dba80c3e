/** Calls to the API of a stack, and what most of them are about: a cluster and one of its roles. */
import { vi } from 'vitest'
import { expectConforming } from '../../lib/api/conforms.ts'
import { type Asked, type Pipeline, POLL } from '../pipeline.ts'

export const CONTENT = { policies: [{ catalogue: 's3-read', parameters: { bucket: 'golem-data' } }] }

export type Ask = (
  method: string,
  path: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<Asked & { readonly json: Readonly<Record<string, unknown>> }>

/** Every answer has to be one that the API's own description has. */
export function asking(pipeline: () => Pipeline): Ask {
  return async (method, path, body, headers) => {
    const asked = await pipeline().ask(method, path, body, headers)
    const contentType = asked.headers.get('content-type')
    expectConforming(method, path.replace(/\?.*/, ''), { ...asked, contentType })
    return { ...asked, json: contentType?.endsWith('json') ? JSON.parse(asked.body) : {} }
  }
}

/** Resolves when roles may be asked for. */
export async function announced(pipeline: Pipeline, cluster: string, detail: object): Promise<void> {
  await pipeline.announce(detail)
  await vi.waitUntil(async () => (await pipeline.cluster(cluster)) !== undefined, POLL)
}

/** The answer that has the role ready. */
export function untilReady(ask: Ask, path: string) {
  return vi.waitUntil(async () => {
    const role = await ask('GET', path)
    return role.json.status === 'READY' && role
  }, POLL)
}

/** No run works on the cluster. */
export async function settled(pipeline: Pipeline, cluster: string): Promise<void> {
  await vi.waitUntil(async () => {
    const record = await pipeline.cluster(cluster)
    return record?.status === 'READY' && record.run === undefined
  }, POLL)
}

/** No role of the cluster waits to be made. */
export async function allMade(ask: Ask, cluster: string): Promise<void> {
  await vi.waitUntil(async () => {
    const { json } = await ask('GET', `/clusters/${cluster}/roles?status=PENDING`)
    return Array.isArray(json.roles) && json.roles.length === 0
  }, POLL)
}
