/** A role as the role resource makes it: everything compiled, nothing left to decide. */
import type { PolicyDocument } from './policy/document.ts'

export interface DesiredRole {
  readonly cluster: string
  readonly namespace: string
  readonly serviceAccount: string
  /** Where the role lives; the OIDC provider that it trusts is there too. */
  readonly accountId: string
  readonly roleName: string
  /** `/irsa/…/`: what the functions' IAM policies are limited to. */
  readonly path: string
  readonly permissionsBoundary: string
  readonly trustPolicy: PolicyDocument
  /** ARNs, sorted, each once. */
  readonly managedPolicies: readonly string[]
  /** At most one, named `irsa`, so that removal and drift are one comparison. Undefined: no inline policy. */
  readonly inlinePolicy: PolicyDocument | undefined
  /** 3,600 to 43,200. */
  readonly maxSessionDurationSeconds: number
  readonly description: string
  /** Without the ownership tags, which the resource adds itself. */
  readonly tags: Readonly<Record<string, string>>
  /** A removal takes off what others attached. */
  readonly force?: true | undefined
}

export interface RoleOutputs {
  readonly roleArn: string
  /** The principal ID that resource policies elsewhere point at: it changes when a role is made anew. */
  readonly roleId: string
}
