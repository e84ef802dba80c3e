/** A role as a team asks for it. What it may hold for whom is decided elsewhere; this is its form. */
import * as z from 'zod'
import { InvalidInput } from '../errors.ts'
import { refusePrivateKeys } from '../oidc/private-key.ts'
import {
  namespaceFault,
  namespacePatternFault,
  serviceAccountFault,
  serviceAccountPatternFault,
} from '../oidc/subject.ts'
import { parse, stringWith } from '../parse.ts'
import { tagsSchema } from '../tags.ts'
import { statementSchema } from './statement.ts'

/** Of the request as JSON: what one registry item and one state machine's payload bear easily. */
const MAX_REQUEST_BYTES = 32_768

const policySchema = z.union(
  [
    z.strictObject({
      arn: z
        .string()
        .regex(
          /^arn:aws[a-z-]*:iam::(aws|\d{12}):policy\/[\w+=,.@/-]{1,512}$/,
          'must be the ARN of a managed policy, without wildcards',
        ),
    }),
    z.strictObject({
      catalogue: z.string().describe('The name of an entry of GET /catalogue.'),
      parameters: z.record(z.string(), z.unknown()).default({}),
    }),
    z.strictObject({ statements: z.array(statementSchema).min(1) }),
  ],
  'must be one of {"arn": …}, {"catalogue": …, "parameters": …}, {"statements": […]}',
)

/** A service account that may use the role besides the one that the request is for. */
const subjectSchema = z.strictObject({
  cluster: stringWith(namespaceFault).exactOptional().describe("Default: the role's own."),
  namespace: stringWith(namespacePatternFault),
  serviceAccount: stringWith(serviceAccountPatternFault),
})

/** The trust policy's size ends it sooner. */
const MAX_SUBJECTS = 100

export const roleContentSchema = z.strictObject({
  policies: z.array(policySchema).describe('May be empty: resource policies can name the role too.'),
  description: z
    .string()
    .max(1000)
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    .regex(/^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/, 'must have only characters up to U+00FF')
    .default(''),
  maxSessionDuration: z.int().min(3600).max(43_200).default(3600).describe('In seconds.'),
  tags: tagsSchema.default({}),
  audience: z
    .string()
    .min(1)
    .max(255)
    .exactOptional()
    .describe("One of the cluster's. Default: the cluster's first."),
  subjects: z
    .array(subjectSchema)
    .max(MAX_SUBJECTS)
    .exactOptional()
    .describe('Further service accounts, here or on other clusters; with * and ? where the rules allow it.'),
  targetAccountId: z
    .string()
    .regex(/^\d{12}$/, 'must be an AWS account ID of 12 digits')
    .exactOptional()
    .describe("Where the role lives; once it is asked for, that stays. Default: the cluster's account."),
  expiresAt: z.iso
    .datetime('must be a time like 2026-12-31T12:00:00Z')
    .exactOptional()
    .describe('When the role goes, with its request. Default: never.'),
})

export const roleRequestSchema = roleContentSchema.extend({
  namespace: stringWith(namespaceFault),
  serviceAccount: stringWith(serviceAccountFault),
})

export type RequestedPolicy = z.output<typeof policySchema>
/** The body of a PUT. */
export type RoleContent = z.output<typeof roleContentSchema>
/** With its place, as in a file of requests. */
export type RoleRequest = z.output<typeof roleRequestSchema>

/** The account that a role is in, its OIDC providers too. `content` as it was accepted, by an earlier version perhaps. */
export function roleAccountOf({ accountId }: { readonly accountId: string }, content: unknown): string {
  const { targetAccountId } = targetSchema.safeParse(content).data ?? {}
  return targetAccountId ?? accountId
}

const targetSchema = roleContentSchema.pick({ targetAccountId: true }).strip()

/** Throws InvalidInput, PrivateKeyInInput. */
export function parseRoleContent(input: unknown): RoleContent {
  return parseSmall(roleContentSchema, input)
}

/** Throws InvalidInput, PrivateKeyInInput. */
export function parseRoleRequest(input: unknown): RoleRequest {
  return parseSmall(roleRequestSchema, input)
}

function parseSmall<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  refusePrivateKeys(input, 'role')
  const request = parse(schema, input, 'role')
  const bytes = Buffer.byteLength(JSON.stringify(request))
  if (bytes > MAX_REQUEST_BYTES)
    throw new InvalidInput(`The request has ${bytes} bytes; at most ${MAX_REQUEST_BYTES} are taken.`)
  return request
}
