/** Invalidations: the edges forget a path when one is completed. */
import type {
  CreateInvalidationRequest,
  CreateInvalidationResult,
  GetInvalidationRequest,
  GetInvalidationResult,
  Invalidation,
  ListInvalidationsRequest,
  ListInvalidationsResult,
} from '@aws-sdk/client-cloudfront'
import { AwsError } from '../errors.ts'
import { type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import { checkQuantities } from './config-rules.ts'
import { type Distributions, distributionAsk, findDistribution, randomCloudFrontId } from './distribution.ts'
import { pageOf } from './pages.ts'

/** By distribution ID, the newest first. */
export type Invalidations = Map<string, readonly Invalidation[]>

export function invalidationOperations(
  world: World,
  distributions: Distributions,
  invalidations: Invalidations,
  evict: (distributionId: string, pattern: string) => void,
) {
  const ofDistribution = (id: string | undefined, call: Call) =>
    invalidations.get(findDistribution(distributions, id, call).id) ?? []
  return {
    CreateInvalidation: operation<CreateInvalidationRequest, CreateInvalidationResult>({
      run: (input, call) => {
        const { id } = findDistribution(distributions, input.DistributionId, call)
        const invalidation =
          findRepeated(ofDistribution(id, call), input) ??
          createInvalidation(world, invalidations, id, input, evict)
        return {
          Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${id}/invalidation/${invalidation.Id}`,
          Invalidation: { ...invalidation },
        }
      },
      asks: (input, call) => [
        distributionAsk(distributions, 'cloudfront:CreateInvalidation', input.DistributionId, call),
      ],
    }),
    GetInvalidation: operation<GetInvalidationRequest, GetInvalidationResult>({
      run: (input, call) => {
        const found = ofDistribution(input.DistributionId, call).find(({ Id }) => Id === input.Id)
        if (!found)
          throw new AwsError('NoSuchInvalidation', 'The specified invalidation does not exist.', 404)
        return { Invalidation: { ...found } }
      },
      asks: (input, call) => [
        distributionAsk(distributions, 'cloudfront:GetInvalidation', input.DistributionId, call),
      ],
    }),
    ListInvalidations: operation<ListInvalidationsRequest, ListInvalidationsResult>({
      run: (input, call) => ({
        InvalidationList: pageOf(
          ofDistribution(input.DistributionId, call),
          ({ Id }) => Id ?? '',
          input,
          ({ Id, CreateTime, Status }) => ({ Id, CreateTime, Status }),
        ),
      }),
      asks: (input, call) => [
        distributionAsk(distributions, 'cloudfront:ListInvalidations', input.DistributionId, call),
      ],
    }),
  }
}

/** A repeated caller reference means the same invalidation, or is an error with other paths. */
function findRepeated(
  existing: readonly Invalidation[],
  { InvalidationBatch: batch }: CreateInvalidationRequest,
): Invalidation | undefined {
  const repeated = existing.find(
    ({ InvalidationBatch }) => InvalidationBatch?.CallerReference === batch?.CallerReference,
  )
  const paths = (one: Invalidation['InvalidationBatch']) => (one?.Paths?.Items ?? []).join('\n')
  if (repeated && paths(repeated.InvalidationBatch) !== paths(batch))
    throw new AwsError(
      'InvalidationBatchAlreadyExists',
      'The caller reference is already in use by an invalidation with other paths.',
      409,
    )
  return repeated
}

const COMPLETED_AFTER_MILLISECONDS = 60_000

function createInvalidation(
  { clock }: World,
  invalidations: Invalidations,
  distributionId: string,
  { InvalidationBatch: batch }: CreateInvalidationRequest,
  evict: (distributionId: string, pattern: string) => void,
): Invalidation {
  checkQuantities(batch)
  const paths = batch?.Paths?.Items ?? []
  if (paths.length === 0 || !paths.every((path) => /^\/[^\s*]*\*?$/.test(path)))
    throw new AwsError('InvalidArgument', 'Your request contains one or more invalid invalidation paths.')
  const invalidation: Invalidation = {
    Id: randomCloudFrontId().replace('E', 'I'),
    Status: 'InProgress',
    CreateTime: clock.now(),
    InvalidationBatch: batch,
  }
  const others = () => (invalidations.get(distributionId) ?? []).filter(({ Id }) => Id !== invalidation.Id)
  invalidations.set(distributionId, [invalidation, ...others()])
  clock.after(COMPLETED_AFTER_MILLISECONDS, () => {
    for (const path of paths) evict(distributionId, path)
    invalidation.Status = 'Completed'
  })
  return invalidation
}
