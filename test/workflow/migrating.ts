/** What tests of migrations do and look at: tokens at STS, roles that must stay the same roles, and how records come on. */
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { expect, vi } from 'vitest'
import { exchangeToken } from '../../cli/start/exchange.ts'
import { keysFromPems } from '../../lib/oidc/jwks.ts'
import { subjectOf } from '../../lib/oidc/subject.ts'
import { type ClusterRecord, changeCluster } from '../../lib/registry/cluster-record.ts'
import { type Inventory, newIn, takeInventory } from './inventory.ts'
import { type Keys, type Pipeline, POLL } from './pipeline.ts'

/** What API servers sign for, and with what. */
export interface Signing {
  readonly issuer: string
  readonly keys: Keys
}

/** Where a cluster's issuer is, or is to be. */
export interface Place extends Signing {
  /** Of the event, without the cluster. */
  readonly detail: object
  /** How many of each kind it has to itself, besides the provider. */
  readonly things: Readonly<Record<string, number>>
}

export interface Role {
  readonly arn: string
  readonly id: string
}

export function migratingIn(pipeline: Pipeline) {
  const { region, partition } = pipeline.deployed.stack

  async function asked(method: string, path: string, body?: object): Promise<unknown> {
    return JSON.parse((await pipeline.ask(method, path, body)).body)
  }

  async function status(cluster: string, role: string) {
    return (await pipeline.roleStatuses(cluster))[role]
  }

  /** What is named elsewhere, and must not change. */
  async function roleOf(roleArn: string): Promise<Role> {
    const RoleName = roleArn.split('/').at(-1)
    const { Role } = await new IAMClient({ region }).send(new GetRoleCommand({ RoleName }))
    return { arn: Role?.Arn ?? '', id: Role?.RoleId ?? '' }
  }

  async function readyRole(cluster: string, role: string): Promise<Role> {
    await vi.waitFor(async () => expect(await status(cluster, role)).toMatchObject({ state: 'READY' }), POLL)
    return roleOf((await status(cluster, role))?.roleArn ?? '')
  }

  async function idle(cluster: string, isMeant: (known: ClusterRecord) => boolean): Promise<void> {
    await vi.waitFor(async () => {
      const known = await pipeline.cluster(cluster)
      expect(known).toMatchObject({ status: 'READY' })
      expect(known?.run).toBeUndefined()
      expect(known && isMeant(known)).toBe(true)
    }, POLL)
  }

  /** Nothing works on it any more. */
  const ended = (cluster: string, generation = 0) => idle(cluster, (known) => known.generation >= generation)

  async function made(detail: object): Promise<void> {
    const { cluster } = detail as { readonly cluster: string }
    const { runs = 0 } = (await pipeline.cluster(cluster)) ?? {}
    await pipeline.announce(detail)
    await idle(cluster, (known) => known.runs > runs)
  }

  async function gone(cluster: string) {
    return vi.waitFor(async () => {
      const known = await pipeline.cluster(cluster)
      expect(known).toMatchObject({ status: 'DELETED' })
      return known
    }, POLL)
  }

  /** As if it had begun long ago: a day of the clock has 300 sweeps. Returns when the API servers were switched. */
  async function sinceADay(cluster: string): Promise<string> {
    const before = (hours: number) =>
      new Date(pipeline.aws.clock.now().getTime() - hours * 3_600_000).toISOString()
    await changeCluster(pipeline.deployed.table, cluster, (known) =>
      known?.migration ? { ...known, migration: { ...known.migration, startedAt: before(26) } } : known,
    )
    return before(25)
  }

  /** At STS, as a pod does. */
  async function exchanged(
    { issuer, keys }: Signing,
    roleArn: string,
    serviceAccount = 'cart',
  ): Promise<string> {
    const [key] = keysFromPems([keys.pem]).keys
    const signer = { privateKey: keys.privateKey, kid: key?.kid ?? '', alg: 'ES256' }
    const claim = { issuer, audience: partition.audience, roleArn, issuedAt: pipeline.aws.clock.now() }
    return exchangeToken(signer, claim, subjectOf('shop', serviceAccount), region).then(
      () => 'admitted',
      (error: unknown) => (error instanceof Error ? error.name.replace(/Exception$/, '') : String(error)),
    )
  }

  /** A cluster that comes from place to place, with `shop/cart`; the companion is `<cluster>-2`. */
  async function traveller(cluster: string, from: Place) {
    const companion = `${cluster}-2`
    const path = `/clusters/${cluster}/migration`
    const role = await readyRole(cluster, 'shop/cart')
    let current = from
    let inventory = await takeInventory()

    const taken = (...places: readonly Place[]) =>
      Promise.all(places.map((place) => exchanged(place, role.arn)))

    async function begin(other: Place): Promise<void> {
      await made({ cluster: companion, ...other.detail })
      expect(await taken(current, other)).toEqual(['admitted', 'AccessDenied'])
      await asked('PUT', path, { to: companion })
      await ended(cluster)
      expect(await taken(current, other)).toEqual(['admitted', 'admitted'])
    }

    return {
      /** Begun and taken back: all is as it was. */
      async turnsBackFrom(other: Place): Promise<void> {
        await begin(other)
        await asked('DELETE', path)
        await Promise.all([ended(cluster), gone(companion)])

        expect(await taken(current, other)).toEqual(['admitted', 'InvalidIdentityToken'])
        expect(await roleOf(role.arn)).toEqual(role)
        expect(await takeInventory()).toEqual(inventory)
      },
      /** Begun and finished: what it had has gone without a trace, and what its hook says from now on is no change. */
      async comesTo(next: Place): Promise<void> {
        await begin(next)
        const switchedAt = await sinceADay(cluster)
        await asked('PUT', `${path}/end`, { switchedAt })
        await Promise.all([ended(cluster), gone(companion)])

        expect(await taken(current, next)).toEqual(['InvalidIdentityToken', 'admitted'])
        expect(await roleOf(role.arn)).toEqual(role)
        const latest = await takeInventory()
        expect(counted(newIn(inventory, latest))).toEqual({ ...next.things, providers: 1 })
        expect(counted(newIn(latest, inventory))).toEqual({ ...current.things, providers: 1 })
        const known = await pipeline.cluster(cluster)
        await pipeline.announce({ cluster, ...next.detail })
        await vi.waitFor(
          async () => expect((await pipeline.cluster(cluster))?.lastEvent).not.toEqual(known?.lastEvent),
          POLL,
        )
        const { desired, generation } = (await pipeline.cluster(cluster)) ?? {}
        expect({ desired, generation }).toEqual({ desired: known?.desired, generation: known?.generation })
        current = next
        inventory = latest
      },
    }
  }

  return { asked, status, roleOf, readyRole, made, ended, gone, sinceADay, exchanged, traveller }
}

export type Traveller = Awaited<ReturnType<ReturnType<typeof migratingIn>['traveller']>>

function counted(inventory: Inventory): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(inventory).map(([kind, things]) => [kind, things.length]))
}
