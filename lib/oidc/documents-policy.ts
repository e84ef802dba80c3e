/** The policy of a bucket of issuers: one reader, the two documents of each, over TLS, and nothing else. */
import type { PolicyDocument, Statement } from '../policy/document.ts'
import { DISCOVERY_KEY } from './discovery.ts'

export interface Documents {
  readonly bucket: string
  /** Before both keys, with its slash. */
  readonly prefix?: string
  readonly jwksKey: string
}

export type DocumentsReader = Required<Pick<Statement, 'Sid' | 'Principal'>> & Pick<Statement, 'Condition'>

export function documentsPolicy(
  partition: string,
  { bucket, prefix = '', jwksKey }: Documents,
  { Sid, Principal, ...condition }: DocumentsReader,
): PolicyDocument {
  const bucketArn = `arn:${partition}:s3:::${bucket}`
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid,
        Effect: 'Allow',
        Principal,
        Action: 's3:GetObject',
        Resource: [DISCOVERY_KEY, jwksKey].map((key) => `${bucketArn}/${prefix}${key}`),
        ...condition,
      },
      {
        Sid: 'NothingWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  }
}
