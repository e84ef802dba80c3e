/** A question or an order that names nothing that is there, or may not be put so: nothing was changed. */
import { faultAt } from './fault-at.ts'
import { IrsaError } from './irsa-error.ts'

export class ClusterNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Announce the cluster with a Cluster Created event first.'
  override readonly name = 'ClusterNotFound'
  /** `pointer`: to where the input names it. */
  constructor(cluster: string, pointer?: string) {
    super(`There is no cluster ${cluster}.`, faultAt(pointer, `there is no cluster ${cluster}`))
  }
}

export class ExecutionNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Look it up in the list of executions; Step Functions forgets those that ended more than 90 days ago.'
  override readonly name = 'ExecutionNotFound'
  constructor(execution: string) {
    super(`There is no execution ${execution}.`)
  }
}

export class ExecutionSuperseded extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Replay the cluster's last execution: its cluster names it."
  override readonly name = 'ExecutionSuperseded'
  constructor(execution: string, cluster: string) {
    super(`${execution} is not the last run of cluster ${cluster}.`)
  }
}

export class RoleNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Look it up in the list of the cluster's roles, or request it."
  override readonly name = 'RoleNotFound'
  /** `cluster` undefined: the role is named otherwise. */
  constructor(cluster: string | undefined, role: string) {
    super(`Nobody has requested the role ${role}${cluster === undefined ? '' : ` of cluster ${cluster}`}.`)
  }
}

export class DeadLetterNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'List the dead letters again: somebody else may have replayed or discarded it, or be looking at it.'
  override readonly name = 'DeadLetterNotFound'
  constructor(id: string) {
    super(`There is no dead letter ${id} now.`)
  }
}

export class DeadLetterNotReplayable extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Follow its own remedy; then discard it.'
  override readonly name = 'DeadLetterNotReplayable'
  constructor(id: string, why: string) {
    super(`The dead letter ${id} cannot be replayed: ${why}.`)
  }
}

export class TenantNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Correct the name, or put its rules first.'
  override readonly name = 'TenantNotFound'
  constructor(tenant: string) {
    super(`There is no tenant ${tenant}.`)
  }
}

/** By no rule of a tenant, and by no right of the caller's own. */
export class NotPermitted extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Ask for what the message says is allowed, or have an administrator put a rule that admits it.'
  override readonly name = 'NotPermitted'
}

/** RFC 9110 §13: If-Match or If-None-Match did not hold. */
export class PreconditionFailed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Read it again, and repeat the change with the ETag that it has now.'
  override readonly name = 'PreconditionFailed'
}

/** Of a change that must name the version it is of. RFC 6585 §3. */
export class PreconditionRequired extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Read it, and send its ETag as If-Match.'
  override readonly name = 'PreconditionRequired'
  constructor() {
    super('If-Match must name the version that was looked at.')
  }
}

export class RouteNotFound extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Look the routes up in /openapi.json or /docs.'
  override readonly name = 'RouteNotFound'
  constructor() {
    super('There is nothing at this path.')
  }
}

export class MethodNotAllowed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Use one of the methods in the header Allow.'
  override readonly name = 'MethodNotAllowed'
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super(`This path takes ${allowed.join(', ')}.`)
    this.allowed = allowed
  }
}

export class MediaTypeNotSupported extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Send the body as JSON, with the header Content-Type: application/json.'
  override readonly name = 'MediaTypeNotSupported'
  constructor() {
    super('The body must be application/json, in UTF-8 and not encoded otherwise.')
  }
}

export class BodyTooLarge extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send less: split it, or use catalogue entries and customer-managed policies.'
  override readonly name = 'BodyTooLarge'
  constructor(bytes: number, limit: number) {
    super(`The body has ${bytes} bytes; at most ${limit} are taken.`)
  }
}

export class AdoptionRefused extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Nothing was tagged. Mend what is named, look again, and confirm what is listed then.'
  override readonly name = 'AdoptionRefused'
  constructor(cluster: string, obstacles: readonly string[]) {
    super(`Cluster ${cluster} cannot take over what is there. ${obstacles.join(' ')}`)
  }
}

/** What is confirmed is what is tagged, not more and not less. */
export class AdoptionListDiffers extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Nothing was tagged. Look again, and confirm exactly what is listed now.'
  override readonly name = 'AdoptionListDiffers'
  /** ARNs of what would be taken over now. */
  readonly found: readonly string[]
  constructor(cluster: string, found: readonly string[], confirmed: readonly string[]) {
    const missing = found.filter((arn) => !confirmed.includes(arn))
    const others = confirmed.filter((arn) => !found.includes(arn))
    const parts = [
      ...(missing.length === 0 ? [] : [`not confirmed: ${missing.join(', ')}`]),
      ...(others.length === 0 ? [] : [`not found: ${others.join(', ')}`]),
    ]
    super(`What cluster ${cluster} would take over is not what was confirmed; ${parts.join('; ')}.`)
    this.found = found
  }
}

/** What may be tagged through the API is said where the stack is deployed, and nowhere else. */
export class AdoptionNotAllowed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Nothing was tagged. Deploy the stack with a parameter adoptedResources that names them, or take them over with irsa cluster adopt and credentials of your own.'
  override readonly name = 'AdoptionNotAllowed'
  constructor(arns: readonly string[]) {
    super(`The stack's parameter adoptedResources does not name ${arns.join(', ')}.`)
  }
}
