/** RequestCertificate: public certificates with DNS validation. */
import { randomUUID } from 'node:crypto'
import type { RequestCertificateRequest, RequestCertificateResponse } from '@aws-sdk/client-acm'
import { regionalArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { parseTags, requestTagContext } from '../tags.ts'
import { refuseMembers } from '../unsupported.ts'
import type { World } from '../world.ts'
import type { Certificate, Certificates, KeyAlgorithm } from './certificate.ts'
import { invalidTag } from './certificate-tags.ts'

/** `requested` runs once for every new certificate. */
export function certificateRequestOperations(
  world: World,
  certificates: Certificates,
  requested: (certificate: Certificate) => void,
) {
  return {
    RequestCertificate: operation<RequestCertificateRequest, RequestCertificateResponse>({
      run: (input, call) => {
        checkRequest(input)
        const repeated = findRepeated(world, certificates, input.IdempotencyToken, call)
        if (repeated) return { CertificateArn: repeated.arn }
        checkQuota(world, certificates, call)
        const certificate = newCertificate(world, input, call)
        certificates.set(certificate.arn, certificate)
        showLater(world, certificate)
        requested(certificate)
        return { CertificateArn: certificate.arn }
      },
      asks: requestAsks,
    }),
  }
}

function checkRequest(input: RequestCertificateRequest): void {
  refuseMembers('RequestCertificate', input, [
    'CertificateAuthorityArn',
    'DomainValidationOptions',
    'ManagedBy',
  ])
  if (input.ValidationMethod !== 'DNS')
    throw new NotInLocalMode(`ACM validation by ${input.ValidationMethod ?? 'EMAIL'}`)
  const token = input.IdempotencyToken
  if (token !== undefined && !/^\w{1,32}$/.test(token))
    throw constraint('idempotencyToken', token, '\\w+ of 1 to 32 characters')
  const names = requestedNames(input)
  for (const name of names)
    if (name.length > 253 || !DOMAIN_NAME.test(name)) throw constraint('domainName', name, DOMAIN_NAME.source)
  // The common name of a certificate has at most 64 characters: RFC 5280, appendix A.1, ub-common-name.
  if ((input.DomainName ?? '').length > 64)
    throw new AwsError(
      'InvalidParameterException',
      `The first domain name can be no longer than 64 characters: ${input.DomainName}`,
    )
  // https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
  if (names.length > 10)
    throw new AwsError('LimitExceededException', 'Number of domain names cannot exceed 10')
  if ((input.Tags?.length ?? 0) > 50)
    throw new AwsError('TooManyTagsException', 'A certificate can have at most 50 tags')
}

const DOMAIN_NAME = /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/

function constraint(member: string, value: string, rule: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ` +
      `Member must satisfy regular expression pattern: ${rule}`,
  )
}

function requestedNames(input: RequestCertificateRequest): string[] {
  const names = [input.DomainName ?? '', ...(input.SubjectAlternativeNames ?? [])]
  return [...new Set(names.map((name) => name.toLowerCase()))]
}

/**
 * Within an hour a token means the certificate that was requested with it first: ACM does not compare the rest of the
 * request. Our choice: the token of a deleted certificate is forgotten.
 */
function findRepeated(
  world: World,
  certificates: Certificates,
  token: string | undefined,
  { principal: { account }, region }: Call,
): Certificate | undefined {
  if (token === undefined) return undefined
  const anHourAgo = world.clock.now().getTime() - 3_600_000
  return [...certificates.values()].find(
    (certificate) =>
      certificate.idempotencyToken === token &&
      certificate.account === account &&
      certificate.region === region &&
      certificate.createdAt.getTime() > anHourAgo,
  )
}

function checkQuota(world: World, certificates: Certificates, { principal, region }: Call): void {
  const held = [...certificates.values()].filter(
    (certificate) => certificate.account === principal.account && certificate.region === region,
  ).length
  const quota = world.quotas.get('acm:certificates')
  if (held >= quota)
    throw new AwsError(
      'LimitExceededException',
      `Error: you have reached your limit of ${quota} certificates.`,
    )
}

function newCertificate(world: World, input: RequestCertificateRequest, call: Call): Certificate {
  const { account } = call.principal
  const names = requestedNames(input)
  return {
    arn: regionalArn('acm', call.region, account, `certificate/${randomUUID()}`),
    account,
    region: call.region,
    domainName: names[0] ?? '',
    names,
    keyAlgorithm: keyAlgorithm(input.KeyAlgorithm),
    transparencyLogging: input.Options?.CertificateTransparencyLoggingPreference ?? 'ENABLED',
    createdAt: world.clock.now(),
    idempotencyToken: input.IdempotencyToken,
    tags: parseTags(input.Tags, invalidTag),
    status: 'PENDING_VALIDATION',
    failureReason: undefined,
    validity: undefined,
    renewal: undefined,
    shown: { described: false, listed: false, validationRecord: false },
  }
}

function keyAlgorithm(requested: string | undefined): KeyAlgorithm {
  switch (requested) {
    case undefined:
      return 'RSA_2048'
    case 'RSA_2048':
    case 'EC_prime256v1':
    case 'EC_secp384r1':
      return requested
    default:
      throw new AwsError(
        'InvalidParameterException',
        `KeyAlgorithm ${requested} cannot be requested for a public certificate.`,
      )
  }
}

// https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html: "several seconds". The validation
// record has been seen 2 to 60 seconds late.
const DESCRIBED_AFTER_MILLISECONDS = 3_000
const LISTED_AFTER_MILLISECONDS = 5_000
const RECORD_AFTER_MILLISECONDS = 10_000

function showLater({ clock }: World, { shown }: Certificate): void {
  clock.after(DESCRIBED_AFTER_MILLISECONDS, () => {
    shown.described = true
  })
  clock.after(LISTED_AFTER_MILLISECONDS, () => {
    shown.listed = true
  })
  clock.after(RECORD_AFTER_MILLISECONDS, () => {
    shown.validationRecord = true
  })
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
function requestAsks(input: RequestCertificateRequest, call: Call): Ask[] {
  const tags = requestTagContext(input.Tags)
  const request: Ask = {
    action: 'acm:RequestCertificate',
    resource: '*',
    context: {
      ...tags,
      'acm:DomainNames': requestedNames(input),
      'acm:ValidationMethod': input.ValidationMethod ?? 'EMAIL',
      'acm:KeyAlgorithm': input.KeyAlgorithm ?? 'RSA_2048',
      'acm:CertificateTransparencyLogging':
        input.Options?.CertificateTransparencyLoggingPreference ?? 'ENABLED',
    },
  }
  if (!input.Tags?.length) return [request]
  const certificates = regionalArn('acm', call.region, call.principal.account, 'certificate/*')
  return [request, { action: 'acm:AddTagsToCertificate', resource: certificates, context: tags }]
}
