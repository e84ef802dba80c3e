/** An error as each protocol writes it, so that the SDK makes its own class of it, with all its members. */
import type { NormalizedSchema } from '@smithy/core/schema'
import type { AwsError } from '../errors.ts'
import { bindingsOf } from './bindings.ts'
import { writeJson } from './json.ts'
import type { WireResponse } from './message.ts'
import type { ErrorModel, Model } from './model.ts'
import { writeHeaders } from './rest.ts'
import { CBOR_HEADERS, writeCbor } from './rpc-cbor.ts'
import type { WireService } from './services.ts'
import { membersOf, structure } from './shape.ts'
import { writeXml } from './xml.ts'

/** The status is the model's, where it has one: services need not repeat it. */
export function writeError(model: Model, error: AwsError, requestId: string): WireResponse {
  const shape = shapeOf(model, error.code)
  const status = shape?.status ?? error.status
  const fault = status >= 500 ? 'Receiver' : 'Sender'
  if (model.service.protocol.startsWith('json')) return jsonError(model.service, shape, error, status, fault)
  if (model.service.protocol === 'rpc-v2-cbor')
    return {
      status,
      headers: { ...CBOR_HEADERS, ...queryError(model.service, shape, error, fault) },
      body: writeCbor(...errorDocument(shape, error)),
    }
  if (model.service.protocol === 'rest-json') return restJsonError(shape, error, status)
  const code = model.service.protocol === 'query' ? (shape?.queryCode ?? error.code) : error.code
  return xmlError(
    model.service,
    shape,
    { ...error.details, Type: fault, Code: code, Message: error.message },
    status,
    requestId,
  )
}

/** Services name an error as AWS does, which is the shape's name, its name in the query protocol, or the shape's without `Exception`. */
function shapeOf({ service, errors }: Model, code: string): ErrorModel | undefined {
  const exact = errors.find(({ name }) => name === code)
  if (exact || service.protocol === 'rest-xml') return exact
  // CloudWatch has both a LimitExceededFault, which is LimitExceeded, and a LimitExceededException.
  return (
    errors.find(({ queryCode }) => queryCode === code) ??
    errors.find(({ name }) => name === `${code}Exception`)
  )
}

function jsonError(
  service: WireService,
  shape: ErrorModel | undefined,
  error: AwsError,
  status: number,
  fault: string,
): WireResponse {
  const headers = {
    'content-type': `application/x-amz-${service.protocol}`,
    ...queryError(service, shape, error, fault),
  }
  return { status, headers, body: writeJson(...errorDocument(shape, error)) }
}

/** SQS and CloudWatch spoke the query protocol once; clients still expect its codes: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#awsquerycompatible-trait */
function queryError(
  { name }: WireService,
  shape: ErrorModel | undefined,
  error: AwsError,
  fault: string,
): Record<string, string> {
  if (name !== 'sqs' && name !== 'monitoring') return {}
  return { 'x-amzn-query-error': `${shape?.queryCode ?? error.code};${fault}` }
}

function restJsonError(shape: ErrorModel | undefined, error: AwsError, status: number): WireResponse {
  const headers = {
    'content-type': 'application/json',
    'x-amzn-errortype': shape?.name ?? error.code,
    ...(shape && writeHeaders(bindingsOf(shape.schema), error.details)),
  }
  return { status, headers, body: writeJson(...errorDocument(shape, error)) }
}

function errorDocument(
  shape: ErrorModel | undefined,
  error: AwsError,
): [schema: NormalizedSchema, value: object] {
  const members = shape ? membersOf(shape.schema) : []
  const message = members.find(({ name }) => name.toLowerCase() === 'message')?.name ?? 'message'
  const others = members.filter(({ name }) => name !== message)
  const schema = structure('Error', [
    ['__type', 0],
    [message, 0],
    ...others.map(({ name, schema }) => [name, schema] as const),
  ])
  return [schema, { ...error.details, __type: shape?.name ?? error.code, [message]: error.message }]
}

/** S3 writes `<Error>` bare, the others in an `<ErrorResponse>`. */
function xmlError(
  service: WireService,
  shape: ErrorModel | undefined,
  content: Readonly<Record<string, unknown>>,
  status: number,
  requestId: string,
): WireResponse {
  const headers = { 'content-type': service.protocol === 'query' ? 'text/xml' : 'application/xml' }
  const members = shape ? membersOf(shape.schema).filter(({ name }) => name.toLowerCase() !== 'message') : []
  const own = members.map(({ name, schema }) => [name, schema] as const)
  if (service.name === 's3') {
    const details = Object.keys(content).filter(
      (name) => name !== 'Type' && typeof content[name] === 'string',
    )
    const error = structure('Error', [...details.map((name) => [name, 0] as const), ['RequestId', 0]])
    return { status, headers, body: writeXml(error, { ...content, RequestId: requestId }) }
  }
  const error = structure('Error', [['Type', 0], ['Code', 0], ['Message', 0], ...own])
  const response = structure('ErrorResponse', [
    ['Error', error.getSchema()],
    ['RequestId', 0],
  ])
  return {
    status,
    headers,
    body: writeXml(response, { Error: content, RequestId: requestId }, service.xmlNamespace),
  }
}
