/** CloudWatch alone, on a clock that stands still. */
import { createCloudWatch } from '../../../local/cloudwatch/service.ts'
import type { Call } from '../../../local/service.ts'
import type { Measured } from '../../../local/world.ts'
import { administrator } from '../serve.ts'
import { testWorld } from '../world.ts'

export const REGION = 'eu-central-1'

export function cloudWatchFixture() {
  const world = testWorld()
  const { service, view } = createCloudWatch(world)
  const call: Call = { principal: administrator, region: REGION, requestId: 'r' }
  return {
    clock: world.clock,
    view,
    send: async <Output>(operation: string, input: object, region = REGION): Promise<Output> =>
      service.operations[operation]?.run(input as never, { ...call, region }) as Output,
    asks: (operation: string, input: object) => service.operations[operation]?.asks(input as never, call),
    /** One value, now. */
    measure(value: number, more: Partial<Measured> = {}) {
      view.put({
        account: administrator.account,
        region: REGION,
        namespace: 'Test',
        name: 'Failed',
        dimensions: { machine: 'm' },
        values: [value],
        unit: 'Count',
        time: world.clock.now(),
        ...more,
      })
    },
  }
}
