/** The policies of AWS that local mode knows, some with AWS's documents, most with shortened ones; any other does not exist here. */
import { createHash } from 'node:crypto'
import type { ManagedPolicy } from './account.ts'
import { SHORTENED } from './aws-shortened-policies.ts'
import { parseIdentityPolicy } from './documents.ts'

export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const [, partition, pathAndName = ''] =
    /^arn:(aws|aws-cn|aws-us-gov|aws-eusc):iam::aws:policy(\/.+)$/.exec(arn) ?? []
  const published = publishedPolicy(pathAndName)
  if (!partition || !published) return undefined
  const { statements, versionId, id, created, updated } = published
  const document = parseIdentityPolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }))
  const slash = pathAndName.lastIndexOf('/') + 1
  return {
    arn,
    name: pathAndName.slice(slash),
    path: pathAndName.slice(0, slash),
    id,
    createdAt: new Date(created),
    updatedAt: new Date(updated),
    description: undefined,
    versions: new Map([[versionId, { id: versionId, createdAt: new Date(updated), document }]]),
    defaultVersion: versionId,
    nextVersion: Number(versionId.slice(1)) + 1,
    tags: new Map(),
  }
}

/** All of them, in that partition. */
export function awsManagedPolicies(partition: string): readonly ManagedPolicy[] {
  return [...Object.keys(PUBLISHED), ...Object.keys(SHORTENED)].flatMap(
    (pathAndName) => awsManagedPolicy(`arn:${partition}:iam::aws:policy${pathAndName}`) ?? [],
  )
}

export function isAwsManaged(arn: string): boolean {
  return /^arn:[\w-]+:iam::aws:/.test(arn)
}

function publishedPolicy(pathAndName: string): Published | undefined {
  if (Object.hasOwn(PUBLISHED, pathAndName)) return PUBLISHED[pathAndName]
  const statements = Object.hasOwn(SHORTENED, pathAndName) ? SHORTENED[pathAndName] : undefined
  if (!statements) return undefined
  // Not AWS's own, as the document is not: the same at every start, though.
  const id = `ANPA${createHash('sha256').update(pathAndName).digest('hex').slice(0, 17).toUpperCase()}`
  return { id, created: FIRST_OF_AWS, updated: FIRST_OF_AWS, versionId: 'v1', statements }
}

const FIRST_OF_AWS = '2015-02-06T18:40:00Z'

interface Published {
  readonly id: string
  readonly created: string
  readonly updated: string
  readonly versionId: string
  readonly statements: readonly object[]
}

// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
const PUBLISHED: Readonly<Record<string, Published>> = {
  '/AmazonS3ReadOnlyAccess': {
    id: 'ANPAIZTJ4DXE7G6AGAE6M',
    created: '2015-02-06T18:40:59Z',
    updated: '2023-08-10T21:31:39Z',
    versionId: 'v3',
    statements: [
      {
        Effect: 'Allow',
        Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'],
        Resource: '*',
      },
    ],
  },
  '/AmazonS3FullAccess': {
    id: 'ANPAIFIR6V6BVTRAHWINE',
    created: '2015-02-06T18:40:58Z',
    updated: '2021-09-27T20:16:37Z',
    versionId: 'v2',
    statements: [{ Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' }],
  },
  '/AdministratorAccess': {
    id: 'ANPAIWMBCKSKIEE64ZLYK',
    created: '2015-02-06T18:39:46Z',
    updated: '2015-02-06T18:39:46Z',
    versionId: 'v1',
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  },
  '/service-role/AWSLambdaBasicExecutionRole': {
    id: 'ANPAJNCQGXC42545SKXIK',
    created: '2015-04-09T15:03:43Z',
    updated: '2015-04-09T15:03:43Z',
    versionId: 'v1',
    statements: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
  '/AmazonEC2ContainerRegistryReadOnly': {
    id: 'ANPAIFYZPA37OOHVIH7KQ',
    created: '2015-12-21T17:06:48Z',
    updated: '2019-12-10T20:56:32Z',
    versionId: 'v3',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'ecr:GetAuthorizationToken',
          'ecr:BatchCheckLayerAvailability',
          'ecr:GetDownloadUrlForLayer',
          'ecr:GetRepositoryPolicy',
          'ecr:DescribeRepositories',
          'ecr:ListImages',
          'ecr:DescribeImages',
          'ecr:BatchGetImage',
          'ecr:GetLifecyclePolicy',
          'ecr:GetLifecyclePolicyPreview',
          'ecr:ListTagsForResource',
          'ecr:DescribeImageScanFindings',
        ],
        Resource: '*',
      },
    ],
  },
}
