/**
 * What the services of the embedded AWS share, and what they know of each other in process. Everything else
 * between services goes through `dispatch`, like any client's call: asked of IAM, throttled, logged.
 */
import type { Clock } from './clock.ts'
import type { PolicyDocument } from './policy/document.ts'
import type { Call, Principal } from './service.ts'

export interface World {
  readonly clock: Clock
  readonly quotas: Quotas
  /** http://127.0.0.1:<port>, known once the server listens. */
  readonly endpoint: () => string
  /** The stack's own account. */
  readonly account: string
  readonly organization: Organization | undefined
  /** Runs an operation as a principal: IAM's answer, throttling, faults and the call log included. */
  readonly dispatch: <Output>(
    service: string,
    operation: string,
    input: object,
    call: Call,
  ) => Promise<Output>
  readonly iam: () => IamView
  readonly sts: () => StsView
  readonly edge: () => Edge
  readonly dns: () => Dns
  readonly streams: () => StreamsView
  readonly metrics: () => MetricsView
  readonly gateway: () => GatewayView
}

export interface Organization {
  /** o-… */
  readonly id: string
  readonly accounts: readonly string[]
}

/** AWS's default quotas, by `<service>:<name>`; raised with `--quota`, never beyond AWS's maximum. */
export interface Quotas {
  readonly get: (name: QuotaName) => number
}

export type QuotaName =
  | 'iam:roles'
  | 'iam:oidc-providers'
  | 'iam:trust-policy-characters'
  | 'iam:managed-policies-per-role'
  | 'acm:certificates'
  | 'cloudfront:distributions'
  | 'cloudfront:distributions-per-origin-access-control'
  | 's3:buckets'
  | 'route53:hosted-zones'

/** What STS, Lambda and the policy check need to know of IAM. */
export interface IamView {
  readonly role: (arn: string) => RoleView | undefined
  readonly provider: (account: string, issuerHostPath: string) => ProviderView | undefined
  /** The organization that the account is in. */
  readonly organizationOf: (account: string) => string | undefined
}

export interface RoleView {
  readonly arn: string
  readonly roleName: string
  readonly roleId: string
  readonly trustPolicy: PolicyDocument
  readonly maxSessionDuration: number
  readonly tags: Readonly<Record<string, string>>
  /** Inline and attached managed policies. */
  readonly identityPolicies: readonly PolicyDocument[]
  readonly permissionsBoundary: PolicyDocument | undefined
}

export interface ProviderView {
  readonly arn: string
  /** With https://. */
  readonly issuer: string
  readonly clientIds: readonly string[]
}

export interface StsView {
  /** Who an access key belongs to; undefined if nobody. `local` and `local-<12 digits>` are administrators. */
  readonly principal: (accessKeyId: string, region?: string) => Principal | undefined
  /** Credentials as an AWS service gets them for a role that trusts it; `sourceArn` for services that say for what. */
  readonly serviceSession: (
    roleArn: string,
    sessionName: string,
    service: string,
    sourceArn?: string,
  ) => SessionCredentials
}

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** The public internet as STS and browsers see it: emulated DNS → distribution (or public bucket) → bucket policy. */
export interface Edge {
  /** A GET unless said otherwise. Rejects with `EdgeError` when the host does not resolve or nothing is served there. */
  readonly fetch: (url: URL, method?: string) => Promise<EdgeResponse>
  /** Whether somebody else answers for the host, even where its name looks like AWS's. */
  readonly isSite: (host: string) => boolean
  /** Whether the emulated public DNS has any record for the host. */
  readonly serves: (host: string) => boolean
}

export interface EdgeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export class EdgeError extends Error {
  override readonly name = 'EdgeError'
}

/** The emulated public DNS: records of public hosted zones that are INSYNC. */
export interface Dns {
  /** Values of the record, `[]` if there is none. Names without trailing dot, any case. An alias answers its target. */
  readonly lookup: (name: string, type: 'A' | 'AAAA' | 'CNAME' | 'TXT') => readonly string[]
}

/** What Lambda needs to know of DynamoDB streams besides their API, so that it need not poll. */
export interface StreamsView {
  /** Calls `wake` after records have come into the stream; answers how to end that. */
  readonly watch: (streamArn: string, wake: () => void) => () => void
}

/** What the services tell CloudWatch of themselves. */
export interface MetricsView {
  readonly put: (measured: Measured) => void
  /** A line of a function's log, if it is in the Embedded Metric Format. */
  readonly putEmbedded: (line: string, where: Pick<Measured, 'account' | 'region'>) => void
  /** For what has a value at any time: asked whenever somebody looks. */
  readonly sample: (source: () => readonly Measured[]) => void
}

export interface Measured {
  readonly account: string
  readonly region: string
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly values: readonly number[]
  /** As CloudWatch names it: Count, Milliseconds, … */
  readonly unit: string
  readonly time: Date
}

/** The HTTP APIs of API Gateway, as their callers see them. */
export interface GatewayView {
  /** `host` is an API's own name; undefined on local mode's own port. */
  readonly answer: (host: string | undefined, request: ApiRequest, requestId: string) => Promise<ApiResponse>
}

export interface ApiRequest {
  readonly method: string
  /** As it came: percent-encoded. */
  readonly path: string
  /** The query as it came, without the question mark. */
  readonly search: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface ApiResponse {
  readonly status: number
  /** `set-cookie` may be there more than once. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: Uint8Array | string
}
