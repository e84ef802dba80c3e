/** What went wrong, as RFC 9457 problem details: from the classes of lib/errors.ts, so that a new one needs nothing here. */
import * as z from 'zod'
import { AdoptionListDiffers, IrsaError, MethodNotAllowed, RequestRefused } from '../errors.ts'
import { answerOf, type HttpAnswer } from './http.ts'

/** Where the status of `mendedBy` would say too little. */
const STATUS: Readonly<Record<string, number>> = {
  NotPermitted: 403,
  AccountMayNotSpeak: 403,
  AdoptionNotAllowed: 403,
  ClusterNotFound: 404,
  RoleNotFound: 404,
  TenantNotFound: 404,
  ExecutionNotFound: 404,
  DeadLetterNotFound: 404,
  RouteNotFound: 404,
  MethodNotAllowed: 405,
  ClusterBeingDeleted: 409,
  ClusterIsCompanion: 409,
  MigrationRefused: 409,
  MigrationNotFinishable: 409,
  NoMigration: 409,
  ClusterNotAbandonable: 409,
  RoleNameTaken: 409,
  RequestNotAdmitted: 409,
  RoleNotWaiting: 409,
  RoleQuotaReached: 409,
  AccountRoleQuotaReached: 409,
  VersionConflict: 409,
  ExecutionSuperseded: 409,
  DeadLetterNotReplayable: 409,
  AdoptionListDiffers: 409,
  AdoptionRefused: 409,
  PreconditionFailed: 412,
  BodyTooLarge: 413,
  MediaTypeNotSupported: 415,
  PolicyRefused: 422,
  RequestRefused: 422,
  TargetAccountFixed: 409,
  PolicyTooLarge: 422,
  PreconditionRequired: 428,
}

const STATUS_BY_MENDER = { requester: 400, time: 503, operator: 500 } as const

export const problemSchema = z.strictObject({
  type: z.string().describe('urn:irsa:error: and the name of the error, which never changes.'),
  title: z.string().describe('The same in words.'),
  status: z.int(),
  detail: z.string().describe('What is wrong in this request.'),
  remedy: z.string().describe('What to do.'),
  errors: z
    .array(
      z.strictObject({
        pointer: z
          .string()
          .describe('JSON Pointer (RFC 6901) to the field in the body, or the name of a parameter.'),
        detail: z.string().describe('What is wrong with it, or what is allowed.'),
        rule: z.string().optional().describe('The guard rail that it does not pass.'),
      }),
    )
    .optional()
    .describe('Field by field.'),
  resources: z
    .array(z.string())
    .optional()
    .describe('Of AdoptionListDiffers: what would be taken over now, to be confirmed.'),
  instance: z.string().describe('urn:uuid or another name of the request, for who looks it up in the logs.'),
})

export type Problem = z.output<typeof problemSchema>

/** What the caller can know of any class of error beforehand. */
export function statusOf({
  name,
  mendedBy,
}: {
  readonly name: string
  readonly mendedBy: IrsaError['mendedBy']
}): number {
  return STATUS[name] ?? STATUS_BY_MENDER[mendedBy]
}

/** Of what is no error of ours nothing is told but that it happened: the log has the rest. */
export function problemOf(error: unknown, requestId: string): HttpAnswer {
  const known = error instanceof IrsaError ? error : UNKNOWN
  const status = statusOf(known)
  const problem: Problem = {
    type: `urn:irsa:error:${known.name}`,
    title: titleOf(known.name),
    status,
    detail: known.message,
    remedy: known.remedy,
    ...errorsOf(error),
    ...(error instanceof AdoptionListDiffers && { resources: [...error.found] }),
    instance: `urn:irsa:request:${requestId}`,
  }
  return answerOf(status, 'application/problem+json', JSON.stringify(problem), {
    ...(error instanceof MethodNotAllowed && { allow: error.allowed.join(', ') }),
    ...(status === 503 && { 'retry-after': '1' }),
  })
}

function errorsOf(error: unknown): Pick<Problem, 'errors'> {
  if (error instanceof IrsaError && error.faults.length > 0) return { errors: [...error.faults] }
  if (!(error instanceof RequestRefused)) return {}
  return {
    errors: error.findings.map(({ rule, pointer, message, allowed }) => ({
      pointer,
      detail: `${message}; allowed: ${allowed}`,
      rule,
    })),
  }
}

const UNKNOWN = {
  name: 'InternalError',
  mendedBy: 'operator',
  message: 'Something went wrong here.',
  remedy: 'Try again; if it stays so, report it with the instance.',
} as const

/** `RoleNameTaken`: Role name taken */
function titleOf(name: string): string {
  const words = name.replaceAll(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
  return words
}
