/** IAM Access Analyzer: what it says of policies that it is given. It reads nothing of any account, and has no analyzers. */
import type {
  CheckNoNewAccessRequest,
  CheckNoNewAccessResponse,
  ValidatePolicyRequest,
  ValidatePolicyResponse,
} from '@aws-sdk/client-accessanalyzer'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { operation, type Service } from '../service.ts'
import { checkNoNewAccess } from './new-access.ts'
import { validatePolicy } from './validate-policy.ts'

export function createAccessAnalyzer(): { readonly service: Service } {
  return {
    service: {
      name: 'access-analyzer',
      operations: {
        ValidatePolicy: operation<ValidatePolicyRequest, ValidatePolicyResponse>({
          asks: () => [{ action: 'access-analyzer:ValidatePolicy', resource: '*' }],
          async run({ policyDocument = '', policyType, validatePolicyResourceType, maxResults, nextToken }) {
            const kind = kindOf(policyType, validatePolicyResourceType)
            const findings = await validatePolicy(policyDocument, kind)
            const start = startOf(nextToken, findings.length)
            const end = start + (maxResults ?? PAGE)
            const page = { findings: findings.slice(start, end) }
            return end < findings.length ? { ...page, nextToken: String(end) } : page
          },
        }),
        CheckNoNewAccess: operation<CheckNoNewAccessRequest, CheckNoNewAccessResponse>({
          asks: () => [{ action: 'access-analyzer:CheckNoNewAccess', resource: '*' }],
          run({ existingPolicyDocument = '', newPolicyDocument = '', policyType }) {
            if (policyType !== 'IDENTITY_POLICY')
              throw new NotInLocalMode(`CheckNoNewAccess of ${policyType}`)
            return checkNoNewAccess(existingPolicyDocument, newPolicyDocument)
          },
        }),
      },
    },
  }
}

const PAGE = 100

function kindOf(type: string | undefined, resourceType: string | undefined): 'identity' | 'trust' {
  if (type === 'IDENTITY_POLICY' && resourceType === undefined) return 'identity'
  if (type === 'RESOURCE_POLICY' && resourceType === 'AWS::IAM::AssumeRolePolicyDocument') return 'trust'
  if (type === 'IDENTITY_POLICY')
    throw validation('validatePolicyResourceType is only for policies of type RESOURCE_POLICY.')
  throw new NotInLocalMode(`ValidatePolicy of ${type} for ${resourceType ?? 'any resource'}`)
}

function startOf(token: string | undefined, count: number): number {
  if (token === undefined) return 0
  if (!/^\d{1,6}$/.test(token) || Number(token) > count) throw validation('The token is not valid.')
  return Number(token)
}

function validation(message: string): AwsError {
  return new AwsError('ValidationException', message, 400, { reason: 'other' })
}
