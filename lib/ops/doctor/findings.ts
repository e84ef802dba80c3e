/** What was found of a cluster, from outside and in its account, before anybody judges it. */
import type { DesiredCluster } from '../../cluster.ts'
import type { Provider, Untold } from '../../explain/situation.ts'
import type { Fetched } from '../../issuer-fetch.ts'
import type { IssuerProbe } from '../../issuer-probe.ts'
import type { PublicJwk } from '../../oidc/jwks.ts'
import type { QuotaName, QuotaUse } from '../../quotas.ts'
import type { ReplicaRecord } from '../../registry/replicas.ts'
import type { ClusterSummary } from '../clusters.ts'
import type { RoleSummary } from '../roles.ts'

export interface Findings {
  readonly summary: ClusterSummary
  readonly desired: DesiredCluster
  /** `aws` */
  readonly partition: string
  /** Where the issuer has its keys, if they are ours to publish. */
  readonly jwksKey: string
  /** As the registry has them. */
  readonly keys: readonly PublicJwk[]
  /** As the cluster itself serves them, if whoever asks has brought them. */
  readonly clusterKeys: readonly PublicJwk[] | undefined
  readonly outside: IssuerFindings
  /** Of the certificate that the cluster's distribution has; undefined: there is none. */
  readonly certificateDays: { readonly daysLeft: number } | undefined | Untold
  readonly provider: Provider | undefined | Untold
  /** In other accounts, where roles trust it. */
  readonly replicas: readonly ReplicaFinding[]
  readonly roles: readonly RoleFinding[]
  readonly quotas: readonly QuotaFinding[]
}

export interface IssuerFindings {
  /** Undefined in local mode, which has neither the public DNS nor HTTPS. */
  readonly probe: IssuerProbe | undefined
  readonly discovery: Fetched
  readonly jwks: Fetched
  readonly now: Date
}

export interface ReplicaFinding {
  readonly replica: ReplicaRecord
  readonly found: Provider | undefined | Untold
}

export interface RoleFinding {
  readonly role: RoleSummary
  /** Undefined: it was never compiled, and its status says why. */
  readonly desired: { readonly arn: string; readonly trustPolicy: unknown } | undefined | Untold
  /** Undefined: there is none of its name. */
  readonly found: { readonly arn: string; readonly trustPolicy: unknown } | undefined | Untold
}

export interface QuotaFinding {
  readonly name: QuotaName
  readonly use: QuotaUse | Untold
}
