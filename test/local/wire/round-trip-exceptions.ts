/** What cannot make the round trip as it is, and why. Everything else does. */
import fc from 'fast-check'

/** Operations that are not tried. */
export const untried: Readonly<Record<string, string>> = {
  's3 SelectObjectContent': 'answers with an event stream, which local mode does not speak',
  's3 WriteGetObjectResponse': 'goes to a host of its own, named by the request route',
  's3 ListDirectoryBuckets': 'signs as s3express, a service of its own',
  'lambda InvokeWithResponseStream': 'answers with an event stream, which local mode does not speak',
}

/** Errors that are not tried. */
export const untriedErrors: Readonly<Record<string, string>> = {
  'monitoring DashboardNotFoundError': 'has the code of ResourceNotFound, by which clients know it',
}

/** Members of an input that are only themselves in a certain form. */
export const inputForms: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  s3: {
    // Other names are access points and directory buckets, which have endpoints of their own.
    Bucket: fc.stringMatching(/^[a-z][a-z0-9]{3,10}$/),
    // An empty body is no policy.
    Policy: fc.json(),
  },
}

/** Members of an output that are only themselves in a certain form: an empty body is none. */
export const outputForms: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  s3: { Policy: fc.json(), LocationConstraint: fc.constantFrom('EU', 'eu-central-1') },
}

/** Members of an input that the client checks, computes or adds itself: neither sent nor compared. */
export const clientsOwn: Readonly<Record<string, readonly string[]>> = {
  events: ['EndpointId'], // chooses the host, and another signature
  s3: [
    'SSECustomerKey', // goes with its MD5, which the client computes
    'SSECustomerKeyMD5',
    'CopySourceSSECustomerKey',
    'CopySourceSSECustomerKeyMD5',
    'ContentLength',
    'ContentMD5', // the codec refuses a wrong one
    'ChecksumAlgorithm', // one of five names, CRC32 if absent
    'ChecksumMode',
    'ChecksumCRC32',
    'ChecksumSHA1',
    'ChecksumSHA256',
    'ChecksumSHA512',
    'ChecksumMD5',
    'ContentType', // the client says application/octet-stream if absent
    'ContentEncoding', // the codec takes aws-chunked off it
  ],
}

/** Members of an output that HTTP or the client adds: neither served nor compared. */
export const transportsOwn: Readonly<Record<string, readonly string[]>> = {
  s3: ['ContentLength', 'ExpiresString'],
}
