/**
 * The one codec of all services: an HTTP request becomes a service, an operation and its typed input; the output or
 * error becomes the answer that the SDK client of that service reads.
 */
import { AwsError, NotInLocalMode } from '../errors.ts'
import type { Dialect, Found } from './dialect.ts'
import { writeError } from './errors.ts'
import { jsonRpc } from './json-rpc.ts'
import type { WireRequest, WireResponse } from './message.ts'
import { loadModel, type OperationModel } from './model.ts'
import { query } from './query.ts'
import { answeringRegion, findService } from './recipient.ts'
import { rest } from './rest.ts'
import { rpcCbor } from './rpc-cbor.ts'
import { s3 } from './s3.ts'
import { credentialScope } from './scope.ts'
import type { WireService } from './services.ts'
import { checkInput, malformed } from './validation.ts'

/** One request, understood as far as it can be, and the ways to answer it. */
export interface Exchange {
  readonly service: string
  /** What was asked for, known or not. */
  readonly operation: string
  readonly region: string
  /** Undefined for an unsigned request. */
  readonly accessKeyId: string | undefined
  /** Throws AwsError for an operation that is none, and for input that cannot be read or lacks required members. */
  readonly input: () => object
  readonly answer: (output: unknown) => WireResponse
  readonly refuse: (error: AwsError) => WireResponse
}

export async function openExchange(
  request: WireRequest,
  requestId: string,
  unsaid = 'us-east-1',
): Promise<Exchange> {
  const scope = credentialScope(request)
  const service = findService(request, scope)
  const model = await loadModel(service)
  const dialect = dialectOf(service)
  const found = dialect.find(model, request)
  const known = (): OperationModel => {
    if (found.operation) return found.operation
    throw new NotInLocalMode(`${service.name} ${found.name}`)
  }
  const finish = (response: WireResponse): WireResponse => ({
    ...response,
    headers: { ...response.headers, 'x-amzn-requestid': requestId },
    // Neither may have a body; the content-length of a HEAD answer is that of the object.
    body: request.method === 'HEAD' || response.status === 304 ? '' : response.body,
  })
  return {
    service: service.name,
    operation: found.name,
    region: answeringRegion(service, request, scope, unsaid),
    accessKeyId: scope?.accessKeyId,
    input: () => readInput(service, dialect, known(), found),
    answer: (output) => finish(dialect.write(service, known(), output, requestId)),
    refuse: (error) => finish(writeError(model, error, requestId)),
  }
}

function dialectOf({ name, protocol }: WireService): Dialect {
  if (name === 's3') return s3
  if (protocol === 'query') return query
  if (protocol === 'rpc-v2-cbor') return rpcCbor
  return protocol.startsWith('rest') ? rest : jsonRpc
}

function readInput(service: WireService, dialect: Dialect, operation: OperationModel, found: Found): object {
  try {
    const input = dialect.read(service, operation, found)
    checkInput(service, operation.input, input)
    return input
  } catch (cause) {
    throw cause instanceof AwsError ? cause : malformed(service, cause)
  }
}
