/** Roles of other accounts, each assumed with the stack's external ID for a session that may no more than is asked for. */
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { ExternalIdMissing } from '../errors.ts'
import { stsClient } from './clients.ts'
import { isDenied, isNamedError, translate } from './errors.ts'
import { credentialsOf } from './session-credentials.ts'
import type { Stack } from './stack.ts'

export interface SessionWish {
  readonly accountId: string
  readonly roleArn: string
  /** As CloudTrail shows it there. */
  readonly name: string
  readonly statements: readonly AllowedStatement[]
  /** What is thrown when STS does not let the stack in: it says no more than that. */
  readonly Refused: new (
    roleArn: string,
    options: ErrorOptions,
  ) => Error
}

export interface AllowedStatement {
  readonly Action: string | readonly string[]
  readonly Resource: string
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** For an hour, which is the most that a role gets of another role. Throws ExternalIdMissing and what `Refused` makes. */
async function assumeInAccount(
  { region }: Pick<Stack, 'region'>,
  externalId: string,
  { accountId, roleArn, name, statements, Refused }: SessionWish,
) {
  if (externalId === '') throw new ExternalIdMissing(accountId)
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: name,
    ExternalId: externalId,
    Policy: sessionPolicy(statements),
  })
  const { Credentials } = await stsClient(region)
    .send(command)
    .catch((error: unknown) => {
      if (isNamedError('AccessDenied')(error)) throw new Refused(roleArn, { cause: error })
      return translate('sts:AssumeRole')(error)
    })
  return credentialsOf(Credentials)
}

/** At most 2,048 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function sessionPolicy(statements: readonly AllowedStatement[]): string {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

/**
 * One client per key for as long as it is let in. `make`, of a client with these credentials, has every call that fails go through
 * `asked` (`next(args).catch(asked)`, at `ASKED_FIRST`).
 */
export function sessionClients<Client>(
  stack: Pick<Stack, 'region'>,
  externalId: string,
  make: (assume: Assume, asked: (error: unknown) => Promise<never>) => Client,
): (key: string, wish: SessionWish) => Client {
  const clients = new Map<string, Client>()
  return (key, wish) => {
    const known = clients.get(key)
    if (known !== undefined) return known
    const assume = () => assumeInAccount(stack, externalId, wish)
    const asked = askWhetherStillLetIn(() => {
      clients.delete(key)
      return assume()
    })
    const client = make(assume, asked)
    clients.set(key, client)
    return client
  }
}

type Assume = () => ReturnType<typeof assumeInAccount>

/**
 * For a failed call of a session, which outlives its role, and its account's consent, by up to an hour: STS tells whether that is why it
 * is denied.
 */
function askWhetherStillLetIn(ask: () => Promise<unknown>): (error: unknown) => Promise<never> {
  return async (error) => {
    if (isDenied(error)) await ask()
    throw error
  }
}

/** Where a client's middleware hears of every failure. https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/ */
export const ASKED_FIRST = { step: 'initialize', name: 'askWhetherStillLetIn' } as const
