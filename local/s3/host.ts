/** The hosts of S3's endpoints: `s3.<region>.<suffix>` with the bucket in the path, or before it in the name. */
import type { ObjectRead } from './https-endpoint.ts'

export interface S3Host {
  /** Which object a path (without its first slash) names there. */
  readonly object: (path: string) => Omit<ObjectRead, 'reader'>
}

/** undefined for a host that is not S3's. */
export function parseS3Host(host: string): S3Host | undefined {
  const [matched, bucket, region] =
    /^(?:(.+)\.)?s3(?:[.-]([a-z]{2,}(?:-[a-z]+)+-\d))?\.amazonaws\.(?:com|com\.cn|eu)$/.exec(host) ?? []
  if (!matched) return undefined
  if (bucket !== undefined) return { object: (key) => ({ bucket, region, key }) }
  return {
    object: (path) => {
      const [name = '', ...key] = path.split('/')
      return { bucket: name, region, key: key.join('/') }
    },
  }
}
