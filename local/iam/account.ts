/** What IAM keeps, by account. */
import { randomBytes } from 'node:crypto'
import type { PolicyDocument } from '../policy/document.ts'
import type { Call } from '../service.ts'
import type { Tags } from '../tags.ts'

export interface Document {
  /** As it was given: that is what Get answers. */
  readonly text: string
  readonly parsed: PolicyDocument
}

export interface Role {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly id: string
  readonly createdAt: Date
  trust: Document
  description: string | undefined
  maxSessionDuration: number
  tags: Tags
  boundary: string | undefined
  readonly inline: Map<string, Document>
  /** ARNs of managed policies. */
  readonly attached: Set<string>
  /** Whether the rest of AWS has heard of it. */
  propagated: boolean
}

export interface Provider {
  readonly arn: string
  /** Without https://. */
  readonly hostPath: string
  readonly createdAt: Date
  clientIds: readonly string[]
  thumbprints: readonly string[]
  tags: Tags
  propagated: boolean
}

export interface PolicyVersion {
  readonly id: string
  readonly createdAt: Date
  readonly document: Document
}

export interface ManagedPolicy {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly id: string
  readonly createdAt: Date
  /** When the newest version was made: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html */
  updatedAt: Date
  readonly description: string | undefined
  readonly versions: Map<string, PolicyVersion>
  defaultVersion: string
  nextVersion: number
  tags: Tags
}

export interface Account {
  /** By name in lower case: names are unique whatever their case. */
  readonly roles: Map<string, Role>
  /** By URL without scheme. */
  readonly providers: Map<string, Provider>
  /** By ARN; the account's own. */
  readonly policies: Map<string, ManagedPolicy>
}

export interface Accounts {
  readonly of: (call: Call) => Account
  readonly named: (account: string) => Account
}

export function createAccounts(): Accounts {
  const accounts = new Map<string, Account>()
  const named = (id: string) => {
    const account = accounts.get(id) ?? { roles: new Map(), providers: new Map(), policies: new Map() }
    accounts.set(id, account)
    return account
  }
  return { named, of: (call) => named(call.principal.account) }
}

/** AROA…, ANPA…: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
export function uniqueId(prefix: 'AROA' | 'ANPA'): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return prefix + Array.from(randomBytes(17), (byte) => letters.charAt(byte % letters.length)).join('')
}
