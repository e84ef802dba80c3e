import { EC_PEM } from '../oidc/keys.ts'

/** An event as EventBridge delivers it. */
export function anEvent(detailType: string, detail: unknown, around: Readonly<Record<string, unknown>> = {}) {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': detailType,
    source: 'cluster.lifecycle',
    account: '111122223333',
    time: '2026-01-31T12:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail,
    ...around,
  }
}

/** The smallest `Cluster Created` that is taken. */
export const CREATED = {
  cluster: 'golem',
  baseDomain: 'golem.gaws.gigantic.io',
  serviceAccountKeys: [EC_PEM],
}
