/** Amazon S3: general purpose buckets. */
import type { Service } from '../service.ts'
import type { EdgeResponse, World } from '../world.ts'
import { aclOperations } from './acls.ts'
import type { Buckets } from './bucket.ts'
import { bucketCreationOperations } from './bucket-creation.ts'
import { bucketPolicyOperations, type IdentityExists } from './bucket-policy.ts'
import { bucketTagOperations } from './bucket-tags.ts'
import { bucketOperations } from './buckets.ts'
import { encryptionOperations } from './encryption.ts'
import { type ObjectRead, readObject } from './https-endpoint.ts'
import { lifecycleOperations } from './lifecycle.ts'
import { neverConfiguredOperations } from './never-configured.ts'
import { objectAttributesOperations } from './object-attributes.ts'
import { objectDeletionOperations } from './object-deletion.ts'
import { objectListOperations } from './object-lists.ts'
import { objectReadOperations } from './object-reads.ts'
import { objectWriteOperations } from './object-writes.ts'
import { ownershipControlsOperations } from './ownership-controls.ts'
import { publicAccessBlockOperations } from './public-access-block.ts'
import { versioningOperations } from './versioning.ts'

export interface S3 {
  readonly service: Service
  /** What a bucket's HTTPS endpoint answers to a GET that is no API call of an account. */
  readonly read: (read: ObjectRead) => EdgeResponse
}

export function createS3(world: World, identityExists: IdentityExists): S3 {
  const buckets: Buckets = new Map()
  return {
    service: {
      name: 's3',
      operations: {
        ...bucketCreationOperations(world, buckets),
        ...bucketOperations(buckets),
        ...bucketPolicyOperations(world, buckets, identityExists),
        ...publicAccessBlockOperations(buckets),
        ...ownershipControlsOperations(buckets),
        ...encryptionOperations(buckets),
        ...versioningOperations(buckets),
        ...bucketTagOperations(buckets),
        ...lifecycleOperations(buckets),
        ...objectWriteOperations(world, buckets),
        ...objectReadOperations(buckets),
        ...objectAttributesOperations(buckets),
        ...objectDeletionOperations(world, buckets),
        ...objectListOperations(buckets),
        ...aclOperations(buckets),
        ...neverConfiguredOperations(buckets),
      },
    },
    read: (read) => readObject(buckets, read),
  }
}
