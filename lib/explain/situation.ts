/** What the judgement of a token goes by, and the form of each of its steps. */

export interface Situation {
  /** With its signature, unless `isVerified`: then what comes after the last point may be left out. */
  readonly token: string
  /** Whoever asks has verified the signature, and kept it back so that nobody else can use the token. */
  readonly isVerified?: boolean
  readonly roleArn: string
  /** Undefined: there is none of that ARN. */
  readonly role: { readonly trustPolicy: unknown } | undefined | Untold
  /** Of the token's issuer, in the role's account. */
  readonly provider: Provider | undefined | Untold
  /** What the issuer's documents say, or what is in their way. */
  readonly documents:
    | { readonly issuer: unknown; readonly keys: readonly unknown[] }
    | { readonly fault: string }
  readonly region: string
  readonly now: Date
}

/** `url` with the scheme. */
export interface Provider {
  readonly arn: string
  readonly url: string
  readonly clientIds: readonly string[]
}

/** Why it could not be looked up, which is not the same as that it is not there: in words that follow a colon. */
export interface Untold {
  readonly untold: string
}

export function isUntold(looked: object | undefined): looked is Untold {
  return looked !== undefined && 'untold' in looked
}

export interface Step {
  readonly name: StepName
  readonly outcome: 'passes' | 'refuses' | 'unknown'
  readonly words: string
  /** Only of one that refuses. */
  readonly remedy?: string
}

export type StepName =
  | 'token'
  | 'provider'
  | 'time'
  | 'documents'
  | 'signature'
  | 'audience'
  | 'role'
  | 'trust'

/** `error`: STS's code. */
export interface Judged extends Step {
  readonly error?: string
}

export function passes(name: StepName, words: string): Judged {
  return { name, outcome: 'passes', words }
}

export function refuses(name: StepName, error: string, words: string, remedy: string): Judged {
  return { name, outcome: 'refuses', error, words, remedy }
}

export function unknown(name: StepName, words: string): Judged {
  return { name, outcome: 'unknown', words }
}
