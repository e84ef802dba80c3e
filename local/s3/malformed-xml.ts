import { AwsError } from '../errors.ts'

/** For a body that breaks S3's XML schema, such as a list without its one required item. */
export function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}
