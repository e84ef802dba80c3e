/** Everything of an account that by its name may be the stack's: whose it is say its tags. */
import { ListTagsForCertificateCommand } from '@aws-sdk/client-acm'
import {
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListRoleTagsCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam'
import { GetBucketTaggingCommand, paginateListBuckets, type S3Client } from '@aws-sdk/client-s3'
import { type CloudFrontClients, type CloudFrontLists, cloudFrontLists } from './cloudfront-lists.ts'
import { distributionTags, hasOriginAccessControl } from './distributions.ts'
import { isNotFound, isOtherOwner, isTakenElsewhere, translate, undefinedIf } from './errors.ts'
import { bucketHost, bucketPrefix, clusterOfComment, ISSUER_HOST_PREFIX, isAdoptable } from './names.ts'
import { allItems } from './pages.ts'
import type { Stack } from './stack.ts'
import { readTags, type Tags } from './tags.ts'

export interface Account extends CloudFrontClients {
  /** Of the stack's account; each of the region that its things are in. */
  readonly s3: S3Client
  readonly iam: IAMClient
}

export interface ListedThing {
  readonly resource: 'bucket' | 'certificate' | 'distribution' | 'provider' | 'role'
  /** Its ARN; of a bucket its name. */
  readonly id: string
  /** Undefined when it has gone. */
  readonly readTags: () => Promise<Tags | undefined>
}

/** One list call for each thousand or so, whatever belongs to others in the account. */
export async function listThings(account: Account, stack: Stack): Promise<ListedThing[]> {
  const served = cloudFrontLists(account, stack)
  const lists = [
    buckets(account, stack),
    certificates(account, served),
    distributions(account, served, stack),
  ]
  return (await Promise.all([...lists, listIdentities(account.iam, stack)])).flat()
}

/** Of any account: the stack has nothing else in those that are not its own. */
export async function listIdentities(iam: IAMClient, stack: Stack): Promise<ListedThing[]> {
  return (await Promise.all([providers(iam, stack), roles(iam, stack)])).flat()
}

/** All of the account's only if some may have been taken over: those have names of their own. */
async function buckets({ s3 }: Account, stack: Stack): Promise<ListedThing[]> {
  const own = bucketPrefix(stack)
  const which = stack.adoptedBuckets.length === 0 ? { Prefix: own } : {}
  const pages = paginateListBuckets({ client: s3, pageSize: 1000 }, which)
  const listed = await allItems('s3:ListBuckets', pages, (page) => page.Buckets)
  const names = listed.map(({ Name = '' }) => Name)
  const candidates = names.filter((name) => name.startsWith(own) || isAdoptable(stack, name))
  return candidates.map((id) => ({
    resource: 'bucket',
    id,
    readTags: () => bucketTags(s3, stack, id),
  }))
}

async function bucketTags(s3: S3Client, { accountId }: Stack, Bucket: string): Promise<Tags | undefined> {
  const answer = await s3.send(new GetBucketTaggingCommand({ Bucket, ExpectedBucketOwner: accountId })).catch(
    undefinedIf(
      // A list has buckets of every region; those of another one are another stack's.
      (error) => isNotFound(error) || isOtherOwner(error) || isTakenElsewhere(error),
      's3:GetBucketTagging',
    ),
  )
  return answer && readTags(answer.TagSet)
}

async function certificates({ acm }: Account, served: CloudFrontLists): Promise<ListedThing[]> {
  const listed = await served.certificates
  return listed
    .filter(({ DomainName = '' }) => DomainName.startsWith(ISSUER_HOST_PREFIX))
    .map(({ CertificateArn: id = '' }) => ({
      resource: 'certificate',
      id,
      readTags: async () => {
        const answer = await acm
          .send(new ListTagsForCertificateCommand({ CertificateArn: id }))
          .catch(undefinedIf(isNotFound, 'acm:ListTagsForCertificate'))
        return answer && readTags(answer.Tags)
      },
    }))
}

async function distributions(
  { cloudFront }: Account,
  served: CloudFrontLists,
  stack: Stack,
): Promise<ListedThing[]> {
  const listed = await served.distributions
  return listed
    .filter(
      (one) => hasOriginAccessControl(one, stack) || clusterOfComment(stack, one.Comment ?? '') !== undefined,
    )
    .map(({ ARN: id = '' }) => ({
      resource: 'distribution',
      id,
      readTags: () => distributionTags(cloudFront, id),
    }))
}

/** IAM answers all of them in one page. External issuers have any name. */
async function providers(iam: IAMClient, stack: Stack): Promise<ListedThing[]> {
  const { OpenIDConnectProviderList = [] } = await iam
    .send(new ListOpenIDConnectProvidersCommand({}))
    .catch(translate('iam:ListOpenIDConnectProviders'))
  const ours = [ISSUER_HOST_PREFIX, `${bucketHost(stack)}/${bucketPrefix(stack)}`]
  return OpenIDConnectProviderList.map(({ Arn = '' }) => Arn)
    .filter((id) => ours.some((beginning) => id.includes(`:oidc-provider/${beginning}`)))
    .map((id) => ({
      resource: 'provider',
      id,
      readTags: async () => {
        const answer = await iam
          .send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id }))
          .catch(undefinedIf(isNotFound, 'iam:GetOpenIDConnectProvider'))
        return answer && readTags(answer.Tags)
      },
    }))
}

/** Of another stage on the same path the names begin otherwise. */
async function roles(iam: IAMClient, stack: Stack): Promise<ListedThing[]> {
  const pages = paginateListRoles({ client: iam, pageSize: 1000 }, { PathPrefix: stack.rolePath })
  const listed = await allItems('iam:ListRoles', pages, (page) => page.Roles)
  const named = listed.filter(({ RoleName = '' }) => RoleName.startsWith(`${stack.stage}_`))
  return named.map(({ Arn: id = '', RoleName }) => ({
    resource: 'role',
    id,
    readTags: async () => {
      const answer = await iam
        .send(new ListRoleTagsCommand({ RoleName }))
        .catch(undefinedIf(isNotFound, 'iam:ListRoleTags'))
      return answer && readTags(answer.Tags)
    },
  }))
}
