/** A document client of an embedded DynamoDB in the same process, without what is between the two elsewhere. */
import { DynamoDBClient, type ServiceOutputTypes } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { AwsError } from '../../../local/errors.ts'
import { refusal } from '../aws/sdk.ts'

/** Of an operation's input to its output. */
export type Run = (operation: string, input: object) => Promise<ServiceOutputTypes>

/** Rejects as the SDK does. Every call keeps two thirds of its time: bytes, signatures and sockets are what test/local/wire is about. */
export function documentsPastTheWire(region: string, run: Run): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ region, credentials })
  const { middlewareStack } = client
  for (const name of OF_THE_WIRE) middlewareStack.remove(name)
  const passOn = { step: 'serialize', name: 'serializerMiddleware' } as const
  middlewareStack.add((next) => (args) => next(args), passOn)
  middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        const output = await run(commandName.replace(/Command$/, ''), input).catch(asClientError)
        return { output, response: undefined }
      },
    { step: 'deserialize', name: 'deserializerMiddleware' },
  )
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

const OF_THE_WIRE = [
  'loggerMiddleware',
  'serializerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'retryMiddleware',
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
  'deserializerMiddleware',
]

function asClientError(error: unknown): never {
  throw error instanceof AwsError ? refusal(error.code, error.message, error.status) : error
}
