/** Origin access controls: how CloudFront signs its requests to a private bucket. One may serve many distributions. */
import type {
  CreateOriginAccessControlRequest,
  CreateOriginAccessControlResult,
  DeleteOriginAccessControlRequest,
  GetOriginAccessControlConfigRequest,
  GetOriginAccessControlConfigResult,
  GetOriginAccessControlRequest,
  GetOriginAccessControlResult,
  ListOriginAccessControlsRequest,
  ListOriginAccessControlsResult,
  OriginAccessControlConfig,
} from '@aws-sdk/client-cloudfront'
import { globalArn } from '../arn.ts'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { type Ask, type Call, operation } from '../service.ts'
import type { World } from '../world.ts'
import {
  type CompleteConfig,
  checkIfMatch,
  type Distribution,
  type Distributions,
  randomCloudFrontId,
} from './distribution.ts'
import { pageOf } from './pages.ts'

interface OriginAccessControl {
  readonly id: string
  readonly account: string
  readonly config: OriginAccessControlConfig
  readonly etag: string
}

/** By ID. */
export type OriginAccessControls = Map<string, OriginAccessControl>

/** Throws when one more distribution would share a control than CloudFront's quota allows. */
export function checkSharedControls(
  world: World,
  distributions: Distributions,
  config: CompleteConfig,
  own: Distribution | undefined,
): void {
  const others = [...distributions.values()].filter((distribution) => distribution !== own)
  const most = world.quotas.get('cloudfront:distributions-per-origin-access-control')
  for (const { OriginAccessControlId: id } of config.Origins.Items)
    if (id !== '' && others.filter((other) => usesControl(other, id)).length >= most)
      throw new AwsError(
        'TooManyDistributionsAssociatedToOriginAccessControl',
        'The maximum number of distributions have been associated with the specified origin access control.',
      )
}

/** In the configuration as written, or as still served. */
function usesControl({ config, serving }: Distribution, id: string): boolean {
  return [config, serving].some((one) =>
    one?.Origins.Items.some((origin) => origin.OriginAccessControlId === id),
  )
}

export function originAccessControlOperations(controls: OriginAccessControls, distributions: Distributions) {
  const ask = (action: string, id: string | undefined, call: Call): Ask => ({
    action,
    resource: globalArn('cloudfront', call.region, call.principal.account, `origin-access-control/${id}`),
  })
  return {
    CreateOriginAccessControl: operation<CreateOriginAccessControlRequest, CreateOriginAccessControlResult>({
      run: (input, call) => createControl(controls, input, call),
      asks: () => [{ action: 'cloudfront:CreateOriginAccessControl', resource: '*' }],
    }),
    GetOriginAccessControl: operation<GetOriginAccessControlRequest, GetOriginAccessControlResult>({
      run: ({ Id }, call) => {
        const { id, config, etag } = findControl(controls, Id, call)
        return { OriginAccessControl: { Id: id, OriginAccessControlConfig: config }, ETag: etag }
      },
      asks: ({ Id }, call) => [ask('cloudfront:GetOriginAccessControl', Id, call)],
    }),
    GetOriginAccessControlConfig: operation<
      GetOriginAccessControlConfigRequest,
      GetOriginAccessControlConfigResult
    >({
      run: ({ Id }, call) => {
        const { config, etag } = findControl(controls, Id, call)
        return { OriginAccessControlConfig: config, ETag: etag }
      },
      asks: ({ Id }, call) => [ask('cloudfront:GetOriginAccessControlConfig', Id, call)],
    }),
    ListOriginAccessControls: operation<ListOriginAccessControlsRequest, ListOriginAccessControlsResult>({
      run: (input, call) => listControls(controls, input, call),
      asks: () => [{ action: 'cloudfront:ListOriginAccessControls', resource: '*' }],
    }),
    DeleteOriginAccessControl: operation<DeleteOriginAccessControlRequest, object>({
      run: ({ Id, IfMatch }, call) => {
        const { id, etag } = findControl(controls, Id, call)
        checkIfMatch(IfMatch, [etag])
        if ([...distributions.values()].some((distribution) => usesControl(distribution, id)))
          throw new AwsError(
            'OriginAccessControlInUse',
            'Cannot delete the origin access control because it is in use by one or more distributions.',
            409,
          )
        controls.delete(id)
        return {}
      },
      asks: ({ Id }, call) => [ask('cloudfront:DeleteOriginAccessControl', Id, call)],
    }),
  }
}

// 100 an account: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
const MOST_CONTROLS = 100

function createControl(
  controls: OriginAccessControls,
  input: CreateOriginAccessControlRequest,
  call: Call,
): CreateOriginAccessControlResult {
  const { account } = call.principal
  const wanted = input.OriginAccessControlConfig
  const mine = [...controls.values()].filter((control) => control.account === account)
  if (
    !wanted?.Name ||
    wanted.Name.length > 64 ||
    !wanted.SigningBehavior ||
    wanted.SigningProtocol !== 'sigv4'
  )
    throw new AwsError('InvalidArgument', 'The origin access control configuration is not valid.')
  if (wanted.OriginAccessControlOriginType !== 's3')
    throw new NotInLocalMode(`origin access controls for ${wanted.OriginAccessControlOriginType}`)
  if (wanted.SigningBehavior === 'never') throw new NotInLocalMode('origin access controls that never sign')
  if (mine.some((control) => control.config.Name === wanted.Name))
    throw new AwsError(
      'OriginAccessControlAlreadyExists',
      'An origin access control with this name already exists.',
      409,
    )
  if (mine.length >= MOST_CONTROLS)
    throw new AwsError(
      'TooManyOriginAccessControls',
      'The number of origin access controls in your account exceeds the maximum allowed.',
    )
  const id = randomCloudFrontId()
  const control = {
    id,
    account,
    config: { ...wanted, Description: wanted.Description ?? '' },
    etag: randomCloudFrontId(),
  }
  controls.set(id, control)
  return {
    OriginAccessControl: { Id: id, OriginAccessControlConfig: control.config },
    Location: `https://cloudfront.amazonaws.com/2020-05-31/origin-access-control/${id}`,
    ETag: control.etag,
  }
}

function findControl(
  controls: OriginAccessControls,
  id: string | undefined,
  call: Call,
): OriginAccessControl {
  const control = controls.get(id ?? '')
  if (control?.account !== call.principal.account)
    throw new AwsError(
      'NoSuchOriginAccessControl',
      'The specified origin access control does not exist.',
      404,
    )
  return control
}

function listControls(
  controls: OriginAccessControls,
  input: ListOriginAccessControlsRequest,
  call: Call,
): ListOriginAccessControlsResult {
  const mine = [...controls.values()].filter((control) => control.account === call.principal.account)
  return {
    OriginAccessControlList: pageOf(
      mine,
      ({ id }) => id,
      input,
      ({ id, config }) => ({
        Id: id,
        Name: config.Name,
        Description: config.Description ?? '',
        SigningProtocol: config.SigningProtocol,
        SigningBehavior: config.SigningBehavior,
        OriginAccessControlOriginType: config.OriginAccessControlOriginType,
      }),
    ),
  }
}
