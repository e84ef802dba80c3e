/**
 * DynamoDB's client, apart from the others: `@aws-sdk/lib-dynamodb` does not say that it is free of side effects, so that a
 * bundle holds it wherever it is imported.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { clientOf } from './clients.ts'

const documentClients = new Map<string, DynamoDBDocumentClient>()

export const documentClient = (region: string): DynamoDBDocumentClient =>
  clientOf(documentClients, region, (settings) =>
    DynamoDBDocumentClient.from(new DynamoDBClient(settings), {
      marshallOptions: { removeUndefinedValues: true },
    }),
  )
