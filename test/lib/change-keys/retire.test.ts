import { describe, expect, test } from 'vitest'
import { at, created } from '../announce/fixture.ts'
import { EC_KID, EC_PEM, RSA_KID, RSA_PEM } from '../oidc/keys.ts'
import { itemsOf } from '../registry/registry.ts'
import { type KeyChanges, keyChanges, keysChanged } from './fixture.ts'

const BOTH = { serviceAccountKeys: [EC_PEM, RSA_PEM] }
const OTHER = { serviceAccountKeys: [RSA_PEM] }

/** The second key is public since noon, and the first one listed no longer since an hour later. */
async function rotated(): Promise<KeyChanges> {
  const fixture = await keyChanges()
  await fixture.announce(created('event-1', BOTH))
  await fixture.publish()
  fixture.setHour(1)
  await fixture.change(keysChanged('event-2', OTHER, { time: at(3600) }))
  return fixture
}

describe('the sweep', () => {
  test('starts the run that publishes without a key whose time is over', async () => {
    const { setHour, sweep, kids, golem, publish } = await rotated()
    setHour(26)

    await sweep()

    expect(await kids()).toEqual([RSA_KID])
    expect(await golem()).toMatchObject({
      generation: 2,
      run: { number: 2, generation: 2, workflow: 'provision', state: 'STARTED' },
    })
    await publish()
    expect(await golem()).toMatchObject({ status: 'READY', publishedKids: [RSA_KID] })
  })

  test('writes down first which keys go, on whose word nobody asks', async () => {
    const { setHour, sweep, audited, golem } = await rotated()
    setHour(26)

    await sweep()
    await sweep()

    const retired = (await audited()).filter(({ what }) => what === 'KeysRetired')
    expect(retired).toMatchObject([
      {
        who: 'schedule',
        about: { cluster: 'golem' },
        before: { published: [EC_KID, RSA_KID] },
        after: { published: [RSA_KID] },
      },
    ])
    expect((await golem()).keysChangeId).toBe(retired[0]?.changeId)
  })

  test('leaves one whose time is not over', async () => {
    const { setHour, sweep, changing, audited } = await rotated()
    const before = await itemsOf(changing.table)
    setHour(25.9)

    await sweep()

    expect(await itemsOf(changing.table)).toEqual(before)
    expect((await audited()).map(({ what }) => what)).toEqual(['KeysChanged'])
  })

  test('leaves one that is listed again', async () => {
    const { setHour, change, sweep, kids } = await rotated()
    await change(keysChanged('event-3', BOTH, { time: at(3600) }))
    setHour(1_000)

    await sweep()

    expect(await kids()).toEqual([EC_KID, RSA_KID])
  })

  test('leaves the keys of a cluster whose run is under way, or failed, until it has ended', async () => {
    const { setHour, announce, sweep, kids, fail, golem } = await rotated()
    await announce(created('event-3', { ...OTHER, tags: { team: 'rocket' } }, { time: at(3600) }))
    setHour(1_000)

    await sweep()
    expect(await kids()).toEqual([EC_KID, RSA_KID])
    await fail()
    await sweep()
    expect(await kids()).toEqual([EC_KID, RSA_KID])

    expect(await golem()).toMatchObject({ runs: 2, run: { state: 'FAILED' } })
  })

  test('twice at once begins one run', async () => {
    const { setHour, sweep, golem, states } = await rotated()
    setHour(26)

    await Promise.all([sweep(), sweep()])

    expect(await golem()).toMatchObject({ generation: 2, runs: 2 })
    expect([...states.executions.keys()]).toEqual(['golem-1', 'golem-2'])
  })

  test('and an event that lists the key again at once: it stays, or is published anew', async () => {
    const { setHour, sweep, change, kids, golem } = await rotated()
    setHour(26)

    await Promise.all([sweep(), change(keysChanged('event-3', BOTH, { time: at(26 * 3600) }))])

    expect((await kids()).toSorted()).toEqual([EC_KID, RSA_KID].toSorted())
    expect((await golem()).keyTimes?.every(({ retireAfter }) => retireAfter === undefined)).toBe(true)
  })
})
