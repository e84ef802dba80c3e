/** Who may read a public bucket: everybody, the two documents, over TLS, and nothing else. */
import { DISCOVERY_KEY } from '../../oidc/discovery.ts'
import { JWKS_KEY } from '../../oidc/jwks.ts'
import type { PolicyDocument } from '../../policy/document.ts'

export function publicPolicy(partition: string, bucket: string): PolicyDocument {
  const bucketArn = `arn:${partition}:s3:::${bucket}`
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'EverybodyReadsDocuments',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: [DISCOVERY_KEY, JWKS_KEY].map((key) => `${bucketArn}/${key}`),
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
