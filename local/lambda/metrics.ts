/** What Lambda tells of its functions: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
import type { World } from '../world.ts'
import type { LambdaFunction } from './function.ts'
import type { Outcome } from './sandbox.ts'

export function measureInvocation(world: World, found: LambdaFunction, { failed }: Outcome): void {
  put(world, found, 'Invocations', 1)
  put(world, found, 'Errors', failed ? 1 : 0)
  put(world, found, 'Throttles', 0)
}

/** It is no invocation. */
export function measureThrottle(world: World, found: LambdaFunction): void {
  put(world, found, 'Throttles', 1)
}

/** Of a batch, by when its last record was written. */
export function measureIteratorAge(world: World, found: LambdaFunction, writtenAt: Date): void {
  put(
    world,
    found,
    'IteratorAge',
    Math.max(0, world.clock.now().getTime() - writtenAt.getTime()),
    'Milliseconds',
  )
}

function put(
  world: World,
  { name: FunctionName, account, region }: LambdaFunction,
  name: string,
  value: number,
  unit = 'Count',
): void {
  world.metrics().put({
    account,
    region,
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName },
    values: [value],
    unit,
    time: world.clock.now(),
  })
}
