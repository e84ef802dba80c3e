/** Distributions: create, read, update, delete. Every write takes minutes to reach the edges. */
import { randomBytes } from 'node:crypto'
import type {
  CreateDistributionRequest,
  CreateDistributionResult,
  CreateDistributionWithTagsRequest,
  CreateDistributionWithTagsResult,
  DeleteDistributionRequest,
  Distribution as DistributionAnswer,
  DistributionConfig,
  GetDistributionConfigRequest,
  GetDistributionConfigResult,
  GetDistributionRequest,
  GetDistributionResult,
  Tag,
  UpdateDistributionRequest,
  UpdateDistributionResult,
} from '@aws-sdk/client-cloudfront'
import { globalArn } from '../arn.ts'
import { AwsError } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import { parseTags, requestTagContext } from '../tags.ts'
import type { World } from '../world.ts'
import { completeConfig } from './config-defaults.ts'
import { checkQuantities, checkSupported } from './config-rules.ts'
import type { Deployment } from './deployment.ts'
import {
  aliasesOf,
  type CompleteConfig,
  checkIfMatch,
  type Distribution,
  type Distributions,
  distributionAsk,
  etagOf,
  findDistribution,
  randomCloudFrontId,
} from './distribution.ts'
import { invalidTagging } from './distribution-tags.ts'

/** Throws CloudFront's error for a configuration that `own` (undefined: a new distribution) may not have. */
export type CheckConfig = (config: CompleteConfig, call: Call, own: Distribution | undefined) => void

export function distributionOperations(
  world: World,
  distributions: Distributions,
  check: CheckConfig,
  deployment: Deployment,
) {
  const create = (config: DistributionConfig | undefined, tags: Tag[] | undefined, call: Call) => {
    const complete = parseConfig(config)
    checkNew(world, distributions, complete, call)
    check(complete, call, undefined)
    const distribution = newDistribution(world, complete, tags, call)
    distributions.set(distribution.id, distribution)
    deployment.begin(distribution)
    return {
      ...answer(distribution),
      Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${distribution.id}`,
    }
  }
  return {
    CreateDistribution: operation<CreateDistributionRequest, CreateDistributionResult>({
      run: (input, call) => create(input.DistributionConfig, undefined, call),
      asks: (_, call) => createAsks(undefined, call),
    }),
    CreateDistributionWithTags: operation<
      CreateDistributionWithTagsRequest,
      CreateDistributionWithTagsResult
    >({
      run: ({ DistributionConfigWithTags: both }, call) =>
        create(both?.DistributionConfig, both?.Tags?.Items, call),
      asks: ({ DistributionConfigWithTags: both }, call) => createAsks(both?.Tags?.Items, call),
    }),
    GetDistribution: operation<GetDistributionRequest, GetDistributionResult>({
      run: ({ Id }, call) => answer(findDistribution(distributions, Id, call)),
      asks: ({ Id }, call) => [distributionAsk(distributions, 'cloudfront:GetDistribution', Id, call)],
    }),
    GetDistributionConfig: operation<GetDistributionConfigRequest, GetDistributionConfigResult>({
      run: ({ Id }, call) => {
        const distribution = findDistribution(distributions, Id, call)
        return { DistributionConfig: structuredClone(distribution.config), ETag: etagOf(distribution) }
      },
      asks: ({ Id }, call) => [distributionAsk(distributions, 'cloudfront:GetDistributionConfig', Id, call)],
    }),
    UpdateDistribution: operation<UpdateDistributionRequest, UpdateDistributionResult>({
      run: (input, call) => {
        const distribution = findDistribution(distributions, input.Id, call)
        checkIfMatch(input.IfMatch, distribution.etags)
        const config = parseConfig(input.DistributionConfig)
        if (config.CallerReference !== distribution.config.CallerReference)
          throw new AwsError('IllegalUpdate', 'The update contains modifications that are not allowed.')
        check(config, call, distribution)
        distribution.config = config
        distribution.etags = [...distribution.etags, randomCloudFrontId()]
        deployment.begin(distribution)
        return answer(distribution)
      },
      asks: ({ Id }, call) => [distributionAsk(distributions, 'cloudfront:UpdateDistribution', Id, call)],
    }),
    DeleteDistribution: operation<DeleteDistributionRequest, object>({
      run: (input, call) => {
        const distribution = findDistribution(distributions, input.Id, call)
        checkIfMatch(input.IfMatch, distribution.etags)
        if (distribution.config.Enabled || distribution.status !== 'Deployed')
          throw new AwsError(
            'DistributionNotDisabled',
            'The distribution you are trying to delete has not been disabled.',
            409,
          )
        distributions.delete(distribution.id)
        deployment.release(distribution)
        return {}
      },
      asks: ({ Id }, call) => [distributionAsk(distributions, 'cloudfront:DeleteDistribution', Id, call)],
    }),
  }
}

function parseConfig(config: DistributionConfig | undefined): CompleteConfig {
  if (!config) throw new AwsError('MissingBody', 'This operation requires a body.')
  checkQuantities(config)
  checkSupported(config)
  return completeConfig(config)
}

function checkNew(world: World, distributions: Distributions, config: CompleteConfig, call: Call): void {
  const mine = [...distributions.values()].filter(({ account }) => account === call.principal.account)
  const same = mine.find((distribution) => distribution.config.CallerReference === config.CallerReference)
  if (same)
    throw new AwsError(
      'DistributionAlreadyExists',
      'The caller reference that you are using to create a distribution is associated with another distribution. ' +
        `Already exists: ${same.id}`,
      409,
    )
  if (mine.length >= world.quotas.get('cloudfront:distributions'))
    throw new AwsError(
      'TooManyDistributions',
      'Processing your request would cause you to exceed the maximum number of distributions allowed.',
    )
}

function newDistribution(
  world: World,
  config: CompleteConfig,
  tags: Tag[] | undefined,
  call: Call,
): Distribution {
  const { account } = call.principal
  const id = randomCloudFrontId()
  const host = [...randomBytes(13)].map((byte) => (byte % 36).toString(36)).join('')
  return {
    id,
    arn: globalArn('cloudfront', call.region, account, `distribution/${id}`),
    account,
    domainName: `d${host}.cloudfront.net`,
    config,
    serving: undefined,
    etags: [randomCloudFrontId()],
    status: 'InProgress',
    lastModified: world.clock.now(),
    listed: false,
    tags: parseTags(tags, invalidTagging),
  }
}

function answer(distribution: Distribution): { Distribution: DistributionAnswer; ETag: string } {
  const aliases = aliasesOf(distribution)
  return {
    Distribution: {
      Id: distribution.id,
      ARN: distribution.arn,
      Status: distribution.status,
      LastModifiedTime: distribution.lastModified,
      InProgressInvalidationBatches: 0,
      DomainName: distribution.domainName,
      ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
      ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
      DistributionConfig: structuredClone(distribution.config),
      ...(aliases.length > 0 && {
        AliasICPRecordals: aliases.map((CNAME) => ({ CNAME, ICPRecordalStatus: 'APPROVED' })),
      }),
    },
    ETag: etagOf(distribution),
  }
}

/** With tags the right to tag is asked for as well, on the distribution that will be. */
function createAsks(tags: Tag[] | undefined, call: Call): Ask[] {
  const resource = globalArn('cloudfront', call.region, call.principal.account, 'distribution/*')
  const context = requestTagContext(tags)
  const create = { action: 'cloudfront:CreateDistribution', resource, context }
  return tags?.length ? [create, { action: 'cloudfront:TagResource', resource, context }] : [create]
}
