/** Which key a table is said to be encrypted with; nothing is encrypted in local mode. */
import type { SSESpecification } from '@aws-sdk/client-dynamodb'
import { isArn, regionalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import type { Call } from '../service.ts'

/** ARN of the KMS key; undefined for the key that AWS owns, which AWS does not show. Throws ValidationException. */
export function encryptionKey(specification: SSESpecification | undefined, call: Call): string | undefined {
  const { Enabled: enabled = false, KMSMasterKeyId: key, SSEType: type = 'KMS' } = specification ?? {}
  // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html: no other is supported.
  if (type !== 'KMS')
    throw new AwsError('ValidationException', `One or more parameter values were invalid: SSEType ${type}`)
  if (!enabled && key !== undefined)
    throw new AwsError(
      'ValidationException',
      'One or more parameter values were invalid: KMSMasterKeyId can only be specified when Enabled is true',
    )
  if (!enabled) return undefined
  const id = key ?? MANAGED_KEY
  if (isArn(id)) return id
  const resource = id.startsWith('alias/') ? id : `key/${id}`
  return regionalArn('kms', call.region, call.principal.account, resource)
}

// AWS shows the id of the key behind alias/aws/dynamodb, which every account has without making it.
const MANAGED_KEY = '00000000-0000-4000-8000-000000000000'
