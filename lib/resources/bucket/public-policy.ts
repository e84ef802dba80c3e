/** Who may read a public bucket: everybody, the two documents, over TLS, and nothing else. */
import { type Documents, documentsPolicy } from '../../oidc/documents-policy.ts'
import type { PolicyDocument } from '../../policy/document.ts'

export function publicPolicy(partition: string, documents: Documents): PolicyDocument {
  return documentsPolicy(partition, documents, { Sid: 'EverybodyReadsDocuments', Principal: '*' })
}
