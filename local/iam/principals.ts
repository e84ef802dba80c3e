/** Principals as a policy may name them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
import type { Statement } from '../policy/document.ts'
import { malformedPolicy } from './errors.ts'

type Principals = NonNullable<Statement['Principal']>

/** Throws AwsError (MalformedPolicyDocument). */
export function checkPrincipals({ Principal, NotPrincipal }: Statement): void {
  for (const principals of [Principal, NotPrincipal]) if (principals !== undefined) check(principals)
}

function check(principals: Principals): void {
  if (typeof principals === 'string') return
  for (const name of list(principals.AWS))
    if (!AWS.test(name)) throw malformedPolicy(`Invalid principal in policy: "AWS":"${name}"`)
  for (const name of list(principals.Service))
    if (!DOMAIN.test(name)) throw malformedPolicy(`Invalid principal in policy: "SERVICE":"${name}"`)
  for (const name of list(principals.Federated))
    if (!FEDERATED.test(name) && !DOMAIN.test(name))
      throw malformedPolicy('Federated principals must be valid domain names or SAML metadata ARNs')
}

/** Everybody, an account, one identity or session by ARN, or the id of an identity: a wildcard within a name is none. */
const AWS =
  /^(\*|\d{12}|A(ROA|IDA)[A-Z0-9]{16,}|arn:[\w-]+:(iam::\d{12}:(root|(user|role)\/[^*?]+)|sts::\d{12}:(assumed-role\/[^*?/]+\/[^*?/]+|federated-user\/[^*?]+)))$/
const DOMAIN = /^[\w-]+(\.[\w-]+)+$/
const FEDERATED = /^arn:[\w-]+:iam::\d{12}:(oidc|saml)-provider\/.+$/

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}
