/** One statement of an identity policy as a request may bring it, and what a role of ours may never say. */
import * as z from 'zod'

/** IAM's characters of a policy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const policyText = z
  .string()
  .min(1)
  .regex(/^[\t\n\r\u0020-\u00ff]+$/, 'must have only characters that IAM takes in a policy (up to U+00FF)')

const action = policyText.regex(
  /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/,
  'must be an action like s3:GetObject, with * and ? only after the colon',
)

const resource = policyText.regex(/^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/s, 'must be an ARN or *')

/** IAM takes numbers and true or false as strings too; written as strings they compare equal when read back. */
const conditionValue = z.union([policyText, z.number().transform(String), z.boolean().transform(String)])

const condition = z.record(
  policyText.regex(/^(ForAllValues:|ForAnyValue:)?[A-Za-z]+$/, 'must be a condition operator'),
  z.record(policyText, oneOrMany(conditionValue)),
)

const NO_PRINCIPAL = 'must not be there: the principal of a role is its service account'

const elements = z.strictObject({
  Sid: z
    .string()
    .regex(/^[A-Za-z0-9]{0,128}$/, 'must have only letters and digits')
    .exactOptional()
    .describe('For the reader; left out of the compiled policy, where statements are merged.'),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.never(NO_PRINCIPAL).exactOptional(),
  NotPrincipal: z.never(NO_PRINCIPAL).exactOptional(),
  Action: oneOrMany(action).exactOptional(),
  NotAction: oneOrMany(action).exactOptional(),
  Resource: oneOrMany(resource).exactOptional(),
  NotResource: oneOrMany(resource).exactOptional(),
  Condition: condition.exactOptional(),
})

export const statementSchema = elements.superRefine(checkElements)

function oneOrMany<Element extends z.ZodType>(element: Element) {
  return z.union([element, z.array(element).min(1)])
}

/** `Allow` with a `Not…` element, or on every action, allows what nobody thought of when it was written. */
function checkElements(statement: z.output<typeof elements>, context: z.core.$RefinementCtx): void {
  const { Effect, Action, NotAction, Resource, NotResource } = statement
  if ((Action === undefined) === (NotAction === undefined))
    context.addIssue('must have either Action or NotAction')
  if ((Resource === undefined) === (NotResource === undefined))
    context.addIssue('must have either Resource or NotResource')
  if (Effect === 'Deny') return
  for (const element of ['NotAction', 'NotResource'] as const)
    if (statement[element] !== undefined)
      context.addIssue({ code: 'custom', path: [element], message: 'must not be there with Allow' })
  if (Action !== undefined && [Action].flat().includes('*'))
    context.addIssue({ code: 'custom', path: ['Action'], message: 'must name services: s3:*' })
}
