/** The policy of a bucket of issuers: one reader, the two documents of each, over TLS, and nothing else. */
import type { PolicyDocument, Statement } from '../policy/document.ts'
import { DISCOVERY_KEY } from './discovery.ts'
import { JWKS_KEY } from './jwks.ts'

export type DocumentsReader = Required<Pick<Statement, 'Sid' | 'Principal'>> & Pick<Statement, 'Condition'>

export function documentsPolicy(
  partition: string,
  bucket: string,
  { Sid, Principal, ...condition }: DocumentsReader,
  prefix = '',
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
        Resource: [DISCOVERY_KEY, JWKS_KEY].map((key) => `${bucketArn}/${prefix}${key}`),
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
