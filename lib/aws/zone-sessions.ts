/**
 * Route 53 of the account that a hosted zone is in: the stack's own by the function's role, another one by a session of the role that its
 * zones are opened with (serverless/zone-account.yml), which is for that zone and asks for no more than the function needs.
 */
import type { Route53Client } from '@aws-sdk/client-route-53'
import { ZonesRoleDenied } from '../errors.ts'
import { route53Client, route53ClientWith } from './clients.ts'
import { zonesRoleArn } from './names.ts'
import { type AllowedStatement, ASKED_FIRST, sessionClients } from './other-account.ts'
import type { AllowedZone, Stack } from './stack.ts'

/** In other accounts one client's calls throw ExternalIdMissing, and ZonesRoleDenied, too. */
export type Route53Of = (zone: Pick<AllowedZone, 'id' | 'accountId'>) => Route53Client

/** What one function may in zones of other accounts, at most: the role's conditions hold as well. */
export interface ZoneUse {
  /** Of the session, as CloudTrail shows it there. */
  readonly name: string
  readonly allows: (
    zone: { readonly arn: string; readonly partition: string },
    stack: Pick<Stack, 'adoptedBuckets'>,
  ) => readonly AllowedStatement[]
}

export const WRITES_VALIDATION_RECORDS: ZoneUse = {
  name: 'certificate',
  allows: ({ arn }) => [...readingIn(arn), changing(arn, '_*.irsa.*', ['CNAME'])],
}

export const WRITES_ALIASES: ZoneUse = {
  name: 'alias',
  allows: ({ arn, partition }, { adoptedBuckets }) => [
    ...readingIn(arn),
    changing(arn, 'irsa.*', adoptedBuckets.length === 0 ? ['A', 'AAAA'] : ['A', 'AAAA', 'CNAME']),
    { Action: 'route53:GetChange', Resource: `arn:${partition}:route53:::change/*` },
  ],
}

/** The audit looks, and no more. */
export const READS_RECORDS: ZoneUse = { name: 'find-drift', allows: ({ arn }) => readingIn(arn) }

function readingIn(zoneArn: string): AllowedStatement[] {
  return [
    { Action: 'route53:ListHostedZonesByName', Resource: '*' },
    { Action: 'route53:ListResourceRecordSets', Resource: zoneArn },
  ]
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
function changing(zoneArn: string, names: string, types: readonly string[]): AllowedStatement {
  return {
    Action: 'route53:ChangeResourceRecordSets',
    Resource: zoneArn,
    Condition: {
      'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': [names] },
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsRecordTypes': types,
        'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
      },
    },
  }
}

/** One client per zone for as long as the answer is kept, and one for all of the stack's account. */
export function route53Of(stack: Stack, externalId: string, { name, allows }: ZoneUse): Route53Of {
  const elsewhere = sessionClients(stack, externalId, (assume, asked) => {
    const client = route53ClientWith(stack.partition, assume)
    client.middlewareStack.add((next) => (args) => next(args).catch(asked), ASKED_FIRST)
    return client
  })
  const partition = stack.partition.name
  return ({ id = '*', accountId = stack.accountId }) => {
    if (accountId === stack.accountId) return route53Client(stack.partition)
    return elsewhere(`${accountId} ${id}`, {
      accountId,
      roleArn: zonesRoleArn(stack, accountId),
      name,
      statements: allows({ arn: `arn:${partition}:route53:::hostedzone/${id}`, partition }, stack),
      Refused: ZonesRoleDenied,
    })
  }
}
