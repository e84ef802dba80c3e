/** Resources: whether they are ARNs that could be of something. */
import { type Fault, type Reporting, texts } from './faults.ts'
import type { Path } from './locations.ts'

export function resourceFaults(
  statement: Readonly<Record<string, unknown>>,
  path: Path,
  report: Reporting,
): void {
  for (const element of ['Resource', 'NotResource'])
    for (const { text, path: place } of texts(element, statement[element], path)) {
      const fault = resourceFault(text)
      if (fault) report(fault, place)
    }
}

/** A part with a wildcard or a variable may be anything. */
function resourceFault(resource: string): Fault | undefined {
  if (/^\*+$/.test(resource)) return undefined
  const [prefix = '', partition = '', service = '', region, account, ...rest] = partsOf(resource)
  if (isOpen(prefix)) return undefined
  if (prefix !== 'arn')
    return error(
      'INVALID_ARN_PREFIX',
      'Invalid ARN prefix',
      'Add the required prefix (arn) to the resource ARN.',
    )
  if (region === undefined || account === undefined || rest.length === 0)
    return resource.endsWith('*')
      ? undefined
      : error('MISSING_ARN_FIELD', 'Missing ARN field', 'Add the missing ARN fields to the resource ARN.')
  if (!isOpen(partition) && !PARTITIONS.has(partition))
    return error(
      'INVALID_PARTITION',
      'Invalid partition',
      `The resource ARN partition ${partition} is not valid.`,
    )
  if (service !== service.toLowerCase() && !isOpen(service))
    return error(
      'INVALID_ARN_SERVICE_CASE',
      'Invalid ARN service case',
      `Update the service name ${service} in the resource ARN to use all lowercase letters.`,
    )
  if (account !== '' && !isOpen(account) && account !== 'aws' && !/^\d{12}$/.test(account))
    return error(
      'INVALID_ARN_ACCOUNT',
      'Invalid ARN account',
      `The resource ARN account ID ${account} is not valid. Provide a 12-digit account ID.`,
    )
  const type = rest[0]?.split('/')[0] ?? ''
  // Access points of S3 have both; buckets and objects neither.
  const isBucket =
    service === 's3' && !/^(accesspoint|job|storage-lens|async-request|access-grants)/.test(type)
  if (account !== '' && account !== '*' && isBucket)
    return error(
      'ARN_ACCOUNT_NOT_ALLOWED',
      'ARN account not allowed',
      `The service ${service} does not support specifying an account ID in the resource ARN.`,
    )
  if (region !== '' && region !== '*' && (isBucket || GLOBAL.has(service)))
    return error(
      'ARN_REGION_NOT_ALLOWED',
      'ARN Region not allowed',
      `The service ${service} does not support specifying a Region in the resource ARN.`,
    )
  return undefined
}

const PARTITIONS: ReadonlySet<string> = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
])
const GLOBAL: ReadonlySet<string> = new Set(['iam', 'cloudfront', 'route53'])

/** A variable, `${aws:PrincipalTag/team}`, has colons of its own. */
function partsOf(resource: string): readonly string[] {
  return resource.replaceAll(/\$\{[^}]*\}/g, '*').split(':')
}

function isOpen(part: string): boolean {
  return /[*?]/.test(part)
}

function error(code: string, title: string, details: string): Fault {
  return { type: 'ERROR', code, title, details }
}
