/** Who may read a public bucket: everybody, the two documents, over TLS, and nothing else. */
import { documentsPolicy } from '../../oidc/documents-policy.ts'
import type { PolicyDocument } from '../../policy/document.ts'

export function publicPolicy(partition: string, bucket: string): PolicyDocument {
  return documentsPolicy(partition, bucket, { Sid: 'EverybodyReadsDocuments', Principal: '*' })
}
