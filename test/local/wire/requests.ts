/** Requests as they come over the wire, for what no SDK client can be made to send. */
import type { WireRequest } from '../../../local/wire/message.ts'

export interface Sent {
  readonly method?: string
  /** With its query. */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Signing name; unsigned if undefined. */
  readonly service?: string | undefined
  readonly region?: string
}

export function aRequest(sent: Sent): WireRequest {
  const { method = 'POST', path = '/', headers = {}, body = '', service, region = 'eu-central-1' } = sent
  const [bare = '', search = ''] = path.split(/\?(.*)/s)
  const scope = `Credential=local/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
  return {
    method,
    path: bare,
    query: [...new URLSearchParams(search)],
    headers: {
      host: '127.0.0.1:4566',
      ...(service && { authorization: `AWS4-HMAC-SHA256 ${scope}` }),
      ...headers,
    },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  }
}

export function aForm(service: string | undefined, body: string, region?: string): WireRequest {
  return aRequest({
    service,
    body,
    ...(region && { region }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}

export function aTarget(service: string, target: string, body = '{}'): WireRequest {
  return aRequest({ service, body, headers: { 'x-amz-target': target } })
}
