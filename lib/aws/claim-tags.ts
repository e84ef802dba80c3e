/** Our tags onto what others made. Others' tags stay. AWS knows no condition for it: what is there is read before and after. */
import {
  type ACMClient,
  AddTagsToCertificateCommand,
  ListTagsForCertificateCommand,
} from '@aws-sdk/client-acm'
import { type CloudFrontClient, TagResourceCommand } from '@aws-sdk/client-cloudfront'
import {
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam'
import { GetBucketTaggingCommand, PutBucketTaggingCommand, type S3Client } from '@aws-sdk/client-s3'
import { distributionTags } from './distributions.ts'
import { isNoSuchBucket, isNotFound, translate, translateRace, undefinedIf } from './errors.ts'
import { readTags, type Tags, tagList } from './tags.ts'

export interface TaggingClients {
  readonly s3: S3Client
  readonly acm: ACMClient
  readonly cloudFront: CloudFrontClient
  /** Of the account of the providers. */
  readonly iam: IAMClient
}

export type TaggedKind = 'bucket' | 'certificate' | 'distribution' | 'provider'

interface Tagging {
  readonly read: () => Promise<Tags>
  /** Beside those that are there. */
  readonly write: (tags: Tags) => Promise<unknown>
}

/** The thing is there. `id`: its ARN, of a bucket its name; `accountId`: its owner. */
export function taggingOf(
  { s3, acm, cloudFront, iam }: TaggingClients,
  kind: TaggedKind,
  id: string,
  accountId: string,
): Tagging {
  const taggings: Readonly<Record<TaggedKind, Tagging>> = {
    bucket: bucketTagging(s3, id, accountId),
    certificate: {
      read: async () => {
        const command = new ListTagsForCertificateCommand({ CertificateArn: id })
        return readTags((await acm.send(command).catch(translateRace('acm:ListTagsForCertificate'))).Tags)
      },
      write: (tags) =>
        acm
          .send(new AddTagsToCertificateCommand({ CertificateArn: id, Tags: tagList(tags) }))
          .catch(translateRace('acm:AddTagsToCertificate')),
    },
    distribution: {
      read: () => distributionTags(cloudFront, id),
      write: (tags) =>
        cloudFront
          .send(new TagResourceCommand({ Resource: id, Tags: { Items: tagList(tags) } }))
          .catch(translateRace('cloudfront:TagResource')),
    },
    provider: {
      read: async () => {
        const command = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id })
        return readTags((await iam.send(command).catch(translateRace('iam:GetOpenIDConnectProvider'))).Tags)
      },
      write: (tags) =>
        iam
          .send(new TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id, Tags: tagList(tags) }))
          .catch(translateRace('iam:TagOpenIDConnectProvider')),
    },
  }
  return taggings[kind]
}

/** S3 takes the whole set. */
function bucketTagging(s3: S3Client, Bucket: string, ExpectedBucketOwner: string): Tagging {
  const address = { Bucket, ExpectedBucketOwner }
  async function read(): Promise<Tags> {
    const answer = await s3
      .send(new GetBucketTaggingCommand(address))
      .catch(undefinedIf((error) => isNotFound(error) && !isNoSuchBucket(error), 's3:GetBucketTagging'))
    return readTags(answer?.TagSet)
  }
  return {
    read,
    async write(tags) {
      const TagSet = tagList({ ...(await read()), ...tags })
      const command = new PutBucketTaggingCommand({ ...address, Tagging: { TagSet } })
      await s3.send(command).catch(translate('s3:PutBucketTagging'))
    },
  }
}
