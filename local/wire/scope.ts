/** Who signed a request, for which service and region: the credential scope of Signature Version 4. Signatures are not checked. */
import type { WireRequest } from './message.ts'

export interface CredentialScope {
  readonly accessKeyId: string
  readonly region: string
  /** The signing name. */
  readonly service: string
}

/** From the Authorization header or a presigned query; undefined for an unsigned request. */
export function credentialScope({ headers, query }: WireRequest): CredentialScope | undefined {
  const signed = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]
  const presigned = query.find(([name]) => name === 'X-Amz-Credential')?.[1]
  // <access key>/<date>/<region>/<service>/aws4_request
  const [accessKeyId, , region, service] = (signed ?? presigned ?? '').split('/')
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined
}
