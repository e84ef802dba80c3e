/** What points SDK clients, and a person's AWS CLI, at local mode. */
import { REGION } from './package-stack.ts'

export function localEnvironment(endpoint: string, region = REGION): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
  }
}
