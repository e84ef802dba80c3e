/** For which service, and in which region, a request is meant. */
import { globalRegion } from '../arn.ts'
import type { WireRequest } from './message.ts'
import { readForm } from './query.ts'
import type { CredentialScope } from './scope.ts'
import { type Protocol, type WireService, wireServices } from './services.ts'

/** A service that local mode does not speak for is given the protocol that the request seems to be in, to be refused in it. */
export function findService(request: WireRequest, scope: CredentialScope | undefined): WireService {
  const [target] = targetOf(request)
  const known = wireServices.find((service) =>
    scope
      ? scope.service === signingName(service) && (!service.target || service.target === target)
      : isMeantUnsigned(service, request),
  )
  return (
    known ?? {
      name: scope?.service ?? 'unknown',
      protocol: seemingProtocol(request),
      client: async () => ({}),
    }
  )
}

/** The two parts of X-Amz-Target: prefix and operation. */
export function targetOf({ headers }: WireRequest): readonly [prefix: string, operation: string] {
  const [prefix = '', operation = ''] = (headers['x-amz-target'] ?? '').split('.')
  return [prefix, operation]
}

/** Of a global service the one region of the partition that answers for it, whatever region signed the request. `unsaid`: for a call that names none. */
export function answeringRegion(
  service: WireService,
  { headers }: WireRequest,
  scope: CredentialScope | undefined,
  unsaid: string,
): string {
  const inHost = /(?:^|\.)(?:s3|sts)[.-]([a-z]+(?:-[a-z]+)+-\d)\./.exec(headers.host ?? '')?.[1]
  const region = scope?.region ?? inHost ?? unsaid
  return service.global ? globalRegion(region) : region
}

function signingName({ name }: WireService): string {
  return name === 'dynamodbstreams' ? 'dynamodb' : name
}

/** AssumeRoleWithWebIdentity is a form with the version of STS; a public object is read from S3's host. */
function isMeantUnsigned({ name, version }: WireService, request: WireRequest): boolean {
  if (name === 's3') return /(^|\.)s3[.-]/.test(request.headers.host ?? '')
  return version !== undefined && isForm(request) && readForm(request).get('Version') === version
}

function isForm({ headers }: WireRequest): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
}

function seemingProtocol(request: WireRequest): Protocol {
  if (request.headers['x-amz-target']) return 'json-1.0'
  if (request.headers['smithy-protocol']) return 'rpc-v2-cbor'
  if (isForm(request)) return 'query'
  return request.headers['content-type']?.includes('xml') ? 'rest-xml' : 'rest-json'
}
