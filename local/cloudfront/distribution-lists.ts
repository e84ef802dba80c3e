/** Lists of distributions, and of who holds an alias. */
import type {
  DistributionSummary,
  ListConflictingAliasesRequest,
  ListConflictingAliasesResult,
  ListDistributionsRequest,
  ListDistributionsResult,
} from '@aws-sdk/client-cloudfront'
import type { Certificate } from '../acm/certificate.ts'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import {
  aliasesOf,
  type Distribution,
  type Distributions,
  distributionAsk,
  etagOf,
  findDistribution,
} from './distribution.ts'
import { pageOf } from './pages.ts'
import { covers } from './viewer-certificate.ts'

export function distributionListOperations(
  distributions: Distributions,
  findCertificate: (arn: string) => Certificate | undefined,
) {
  return {
    ListDistributions: operation<ListDistributionsRequest, ListDistributionsResult>({
      run: (input, call) => listDistributions(distributions, input, call),
      asks: () => [{ action: 'cloudfront:ListDistributions', resource: '*' }],
    }),
    ListConflictingAliases: operation<ListConflictingAliasesRequest, ListConflictingAliasesResult>({
      run: (input, call) => {
        const own = findDistribution(distributions, input.DistributionId, call)
        checkCovered(own, input.Alias ?? '', findCertificate)
        return listConflictingAliases(distributions, own, input)
      },
      asks: (input, call) => [
        distributionAsk(distributions, 'cloudfront:ListConflictingAliases', input.DistributionId, call),
      ],
    }),
  }
}

function listDistributions(
  distributions: Distributions,
  input: ListDistributionsRequest,
  call: Call,
): ListDistributionsResult {
  const mine = [...distributions.values()].filter(
    ({ account, listed }) => account === call.principal.account && listed,
  )
  return { DistributionList: pageOf(mine, ({ id }) => id, input, summarize) }
}

/** Not everything of the configuration is in a list: no caller reference, no root object. */
function summarize(distribution: Distribution): DistributionSummary {
  const { config } = distribution
  const aliases = aliasesOf(distribution)
  return structuredClone({
    Id: distribution.id,
    ARN: distribution.arn,
    ETag: etagOf(distribution),
    Status: distribution.status,
    LastModifiedTime: distribution.lastModified,
    DomainName: distribution.domainName,
    Aliases: config.Aliases,
    Origins: config.Origins,
    OriginGroups: config.OriginGroups,
    DefaultCacheBehavior: config.DefaultCacheBehavior,
    CacheBehaviors: config.CacheBehaviors,
    CustomErrorResponses: config.CustomErrorResponses,
    Comment: config.Comment,
    PriceClass: config.PriceClass,
    Enabled: config.Enabled,
    ViewerCertificate: config.ViewerCertificate,
    Restrictions: config.Restrictions,
    WebACLId: config.WebACLId,
    HttpVersion: config.HttpVersion,
    IsIPV6Enabled: config.IsIPV6Enabled,
    ...(aliases.length > 0 && {
      AliasICPRecordals: aliases.map((CNAME) => ({ CNAME, ICPRecordalStatus: 'APPROVED' as const })),
    }),
    Staging: config.Staging,
  })
}

function checkCovered(
  own: Distribution,
  alias: string,
  findCertificate: (arn: string) => Certificate | undefined,
): void {
  const certificate = findCertificate(own.config.ViewerCertificate?.ACMCertificateArn ?? '')
  if (!certificate || !covers(certificate.names, alias))
    throw new AwsError(
      'InvalidArgument',
      "The certificate that is attached to the distribution doesn't cover the alias.",
    )
}

/** IDs and accounts are half hidden: who owns them recognises them, nobody else learns them. */
function listConflictingAliases(
  distributions: Distributions,
  own: Distribution,
  input: ListConflictingAliasesRequest,
): ListConflictingAliasesResult {
  const alias = input.Alias ?? ''
  const conflicts = [...distributions.values()]
    .filter((distribution) => distribution !== own)
    .flatMap((distribution) => aliasesOf(distribution).map((held) => ({ held, distribution })))
    .filter(({ held }) => held === alias || covers([held], alias) || covers([alias], held))
  const page = pageOf(
    conflicts,
    ({ held }) => held,
    input,
    ({ held, distribution: { id, account } }) => ({
      Alias: held,
      DistributionId: `*******${id.slice(7)}`,
      AccountId: `******${account.slice(6)}`,
    }),
  )
  const { Marker: _, IsTruncated: __, ...list } = page
  return { ConflictingAliasesList: list }
}
