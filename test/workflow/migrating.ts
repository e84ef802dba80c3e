/** What tests of migrations do and look at: tokens at STS, roles that must stay the same roles, and how records come on. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { expect, vi } from 'vitest'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { type ClusterRecord, changeCluster } from '../../lib/registry/cluster-record.ts'
import { type Keys, type Pipeline, POLL } from './pipeline.ts'

/** What API servers sign for, and with what. */
export interface Signing {
  readonly issuer: string
  readonly keys: Keys
}

export function migratingIn(pipeline: Pipeline) {
  const { region, partition } = pipeline.deployed.stack

  async function asked(method: string, path: string, body?: object): Promise<unknown> {
    return JSON.parse((await pipeline.ask(method, path, body)).body)
  }

  async function status(cluster: string, role: string) {
    return (await pipeline.roleStatuses(cluster))[role]
  }

  /** What is named elsewhere, and must not change; and whom it trusts. */
  async function roleOf(roleArn: string) {
    const RoleName = roleArn.split('/').at(-1)
    const { Role } = await new IAMClient({ region }).send(new GetRoleCommand({ RoleName }))
    return { arn: Role?.Arn ?? '', id: Role?.RoleId ?? '' }
  }

  async function idle(cluster: string, isMeant: (known: ClusterRecord) => boolean): Promise<void> {
    await vi.waitFor(async () => {
      const known = await pipeline.cluster(cluster)
      expect(known).toMatchObject({ status: 'READY' })
      expect(known?.run).toBeUndefined()
      expect(known && isMeant(known)).toBe(true)
    }, POLL)
  }

  return {
    asked,
    status,
    roleOf,
    async made(detail: object): Promise<void> {
      const { cluster } = detail as { readonly cluster: string }
      const { runs = 0 } = (await pipeline.cluster(cluster)) ?? {}
      await pipeline.announce(detail)
      await idle(cluster, (known) => known.runs > runs)
    },
    /** Nothing works on it any more. */
    ended: (cluster: string, generation = 0) => idle(cluster, (known) => known.generation >= generation),
    async gone(cluster: string) {
      return vi.waitFor(async () => {
        const known = await pipeline.cluster(cluster)
        expect(known).toMatchObject({ status: 'DELETED' })
        return known
      }, POLL)
    },
    async readyRole(cluster: string, role: string) {
      await vi.waitFor(
        async () => expect(await status(cluster, role)).toMatchObject({ state: 'READY' }),
        POLL,
      )
      return roleOf((await status(cluster, role))?.roleArn ?? '')
    },
    /** As if it had begun long ago: a day of the clock has 300 sweeps. Returns when the API servers were switched. */
    async sinceADay(cluster: string): Promise<string> {
      const before = (hours: number) =>
        new Date(pipeline.aws.clock.now().getTime() - hours * 3_600_000).toISOString()
      await changeCluster(pipeline.deployed.table, cluster, (known) =>
        known?.migration ? { ...known, migration: { ...known.migration, startedAt: before(26) } } : known,
      )
      return before(25)
    },
    /** At STS, as a pod does. */
    async exchanged({ issuer, keys }: Signing, roleArn: string, serviceAccount = 'cart'): Promise<string> {
      const [key] = keysFromPems([keys.pem]).keys
      const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
      const claim = { issuer, audience: partition.audience, roleArn }
      return exchangeToken(signer, claim, subjectOf('shop', serviceAccount), region).then(
        () => 'admitted',
        (error: unknown) => (error instanceof Error ? error.name.replace(/Exception$/, '') : String(error)),
      )
    },
  }
}
