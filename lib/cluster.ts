/** A cluster as the steps see it: what is desired, and what the steps before recorded. No AWS, no registry. */
import { issuerHost } from './oidc/issuer.ts'
import { JWKS_KEY, type PublicJwk } from './oidc/jwks.ts'
import type { Hint } from './resource.ts'
import type { ResourceStep } from './steps.ts'

export interface DesiredCluster {
  /** DNS label, unique per deployment. */
  readonly cluster: string
  /** Where provider and roles live. */
  readonly accountId: string
  /** The cluster's own region; hosting is in the stack's. */
  readonly region: string
  /** Of dedicated hosting only. */
  readonly baseDomain?: string
  readonly hosting: Hosting
  /** `https://…`, no trailing slash; byte-identical everywhere. */
  readonly issuer: string
  /** `aud` of the tokens; the provider's client IDs. Never empty, in the sender's order: the first is the roles' default. */
  readonly audiences: readonly string[]
  readonly tags: Readonly<Record<string, string>>
}

/**
 * `shared`: a path of the host that clusters share. `s3`: a public bucket is the issuer. `external`: the issuer is somebody else's, with its
 * documents and its keys. `shared-host`: no cluster, but that host.
 */
export interface Hosting {
  readonly type: (typeof HOSTING_TYPES)[number] | typeof SHARED_HOST_TYPE
}

/** Of clusters. */
export const HOSTING_TYPES = ['dedicated', 'shared', 's3', 'external'] as const

export const SHARED_HOST_TYPE = 'shared-host'

/** Of what others made and this cluster has taken over: as far as it stays another than we would have made it. */
export interface Adopted {
  /** In the place of the one whose name is computed. */
  readonly bucket?: string
  /** Where the keys stay: whoever holds an older discovery document looks there. */
  readonly jwksKey?: string
  /** Client IDs that the provider keeps, whatever an event lists. */
  readonly audiences: readonly string[]
  /** Whoever reads the bucket may go on reading it, until the distribution reads it as ours do. */
  readonly isOpen?: true
}

/** What a step is given. IDs in `outputs` are hints of where to look; the actual state is always read from AWS. */
export interface Cluster extends DesiredCluster {
  readonly adopted?: Adopted | undefined
  /** Every key that must be published now, by kid. Empty when the issuer is external, and for the shared host. */
  readonly keys: readonly PublicJwk[]
  readonly outputs: { readonly [Step in ResourceStep]?: StepOutputs[Step] | undefined }
  /** When the run, or its last redrive, began: what failed before is made anew. Undefined outside a run. */
  readonly runStartedAt?: string | undefined
  /** The hint that this step's last `create` returned. */
  readonly hint?: Hint | undefined
  /** It goes, and its hosted zone cannot be reached: by force its records stay. */
  readonly leavesRecords?: true
  /** It goes, and the host of its issuer stays, with nothing to serve. */
  readonly keepsHost?: true
}

/** The key of the object in the bucket, and the path below the issuer. */
export function jwksKeyOf({ adopted }: Pick<Cluster, 'adopted'>): string {
  return adopted?.jwksKey ?? JWKS_KEY
}

export interface StepOutputs {
  readonly bucket: {
    readonly bucket: string
    readonly region: string
    readonly domainName: string
    /** Of the keys in the document: one that is announced later is published by the next run. */
    readonly kids: readonly string[]
    /** Of the JWKS object: another one means that edges may still have the former keys. */
    readonly jwksVersion?: string
  }
  readonly certificate: {
    readonly certificateArn: string
    readonly notAfter: string
    /** Of the validation record. */
    readonly hostedZoneId?: string
    /** Undefined: the stack's. */
    readonly zoneAccountId?: string
  }
  readonly distribution: {
    readonly distributionId: string
    readonly distributionArn: string
    readonly domainName: string
    /** No edge serves an older one. */
    readonly jwksVersion?: string
  }
  /** The domain name is the distribution's: as the records' value, what tells ours from others'. */
  readonly alias: {
    readonly recordName: string
    readonly hostedZoneId: string
    /** Undefined: the stack's. */
    readonly zoneAccountId?: string
    readonly domainName: string
  }
  readonly 'issuer-check': { readonly issuer: string; readonly kids: readonly string[] }
  readonly provider: { readonly providerArn: string; readonly audiences: readonly string[] }
}

/** What hosted zones are looked for by: the issuer's host, and who may use them. */
export function hostOf({ issuer, accountId }: Pick<DesiredCluster, 'issuer' | 'accountId'>) {
  return { host: issuerHost(issuer), accountId }
}
