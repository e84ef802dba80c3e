/**
 * What a service of the embedded AWS is: typed functions from an operation's input to its output, and for each
 * what IAM is asked before it runs. The wire (local/wire) knows how they are spoken; services never see HTTP.
 */
import type { PolicyDocument } from './policy/document.ts'

/** Who calls. AWS services calling on a person's behalf (EventBridge to Lambda) are principals too. */
export type Principal =
  | { readonly kind: 'administrator'; readonly account: string; readonly arn: string }
  | {
      readonly kind: 'role-session'
      readonly account: string
      /** arn:aws:sts::<account>:assumed-role/<role name>/<session name> */
      readonly arn: string
      readonly roleArn: string
      /** Session policies given to AssumeRole; every one of them must allow the call too. */
      readonly sessionPolicies: readonly PolicyDocument[]
    }
  | {
      readonly kind: 'service'
      /** The account on whose behalf the service calls. */
      readonly account: string
      /** events.amazonaws.com */
      readonly arn: string
      /** ARN of the rule, distribution, … that makes the call: aws:SourceArn. */
      readonly sourceArn: string
    }
  | { readonly kind: 'anonymous'; readonly account: ''; readonly arn: 'anonymous' }

export interface Call {
  readonly principal: Principal
  readonly region: string
  readonly requestId: string
  /** Told when a function begins: what waits for a place on this machine would have had one at AWS. */
  readonly onBegin?: (() => void) | undefined
}

/** One question to IAM. `context` holds condition keys as AWS spells them (`iam:PermissionsBoundary`, `aws:RequestTag/team`). */
export interface Ask {
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string | readonly string[]>>
  /** The resource's own policy, where the service has one (bucket, queue, bus, function). */
  readonly resourcePolicy?: PolicyDocument | undefined
  /** The account that owns the resource; default the caller's. Cross-account needs both sides to allow. */
  readonly owner?: string
}

export interface Operation<Input, Output> {
  readonly run: (input: Input, call: Call) => Output | Promise<Output>
  /** [] only for what AWS asks nobody about (GetCallerIdentity, AssumeRoleWithWebIdentity: the trust policy decides). */
  readonly asks: (input: Input, call: Call) => readonly Ask[]
}

/** `name` is the signing name in the credential scope: iam, sts, s3, acm, cloudfront, route53, dynamodb, sqs, events, states, lambda, … */
export interface Service {
  readonly name: string
  readonly operations: Readonly<Record<string, Operation<never, unknown>>>
}

/** Keeps input and output types of one operation while they stand in a service's map. */
export function operation<Input, Output>(definition: Operation<Input, Output>): Operation<never, unknown> {
  return definition as Operation<never, unknown>
}
