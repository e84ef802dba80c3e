/** Tags of certificates. */
import type {
  AddTagsToCertificateRequest,
  ListTagsForCertificateRequest,
  ListTagsForCertificateResponse,
  RemoveTagsFromCertificateRequest,
} from '@aws-sdk/client-acm'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { parseTags, requestTagContext, tagList } from '../tags.ts'
import { type Certificates, certificateAsk, findCertificate } from './certificate.ts'

export function certificateTagOperations(certificates: Certificates) {
  return {
    AddTagsToCertificate: operation<AddTagsToCertificateRequest, object>({
      run: (input, call) => {
        const certificate = findCertificate(certificates, input.CertificateArn, call)
        const tags = new Map([...certificate.tags, ...parseTags(input.Tags, invalidTag)])
        if (tags.size > 50)
          throw new AwsError('TooManyTagsException', 'A certificate can have at most 50 tags')
        certificate.tags = tags
        return {}
      },
      asks: (input) => [
        certificateAsk(
          certificates,
          'acm:AddTagsToCertificate',
          input.CertificateArn,
          requestTagContext(input.Tags),
        ),
      ],
    }),
    RemoveTagsFromCertificate: operation<RemoveTagsFromCertificateRequest, object>({
      run: (input, call) => {
        const certificate = findCertificate(certificates, input.CertificateArn, call)
        const tags = new Map(certificate.tags)
        // A value given with the key must be the tag's, or the tag stays.
        for (const { Key: key = '', Value: value } of input.Tags ?? [])
          if (value === undefined || tags.get(key) === value) tags.delete(key)
        certificate.tags = tags
        return {}
      },
      asks: (input) => [
        certificateAsk(
          certificates,
          'acm:RemoveTagsFromCertificate',
          input.CertificateArn,
          requestTagContext(input.Tags),
        ),
      ],
    }),
    ListTagsForCertificate: operation<ListTagsForCertificateRequest, ListTagsForCertificateResponse>({
      run: (input, call) => ({
        Tags: tagList(findCertificate(certificates, input.CertificateArn, call).tags),
      }),
      asks: (input) => [certificateAsk(certificates, 'acm:ListTagsForCertificate', input.CertificateArn)],
    }),
  }
}

export function invalidTag(message: string): AwsError {
  return new AwsError('InvalidTagException', message)
}
