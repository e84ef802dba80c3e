/** AWS Lambda: functions run in worker threads with the bundle, the environment and the role that they deploy with. */
import { join } from 'node:path'
import type { Service } from '../service.ts'
import type { World } from '../world.ts'
import { accountSettingsOperations } from './account-settings.ts'
import { aliasOperations } from './aliases.ts'
import { createAsyncInvocations } from './async-invocations.ts'
import { concurrencyOperations, createConcurrency } from './concurrency.ts'
import { createSendOn } from './destinations.ts'
import { eventInvokeConfigOperations } from './event-invoke-configs.ts'
import { eventSourceMappingOperations } from './event-source-mappings.ts'
import type { Functions } from './function.ts'
import { functionTagOperations } from './function-tags.ts'
import { functionUpdateOperations } from './function-updates.ts'
import { functionOperations } from './functions.ts'
import { invokeOperations } from './invoke.ts'
import { createLogs } from './logs.ts'
import { createMappingPoller } from './mapping-poller.ts'
import { measureThrottle } from './metrics.ts'
import { permissionOperations } from './permissions.ts'
import { createRunner } from './runner.ts'
import { createSandboxes } from './sandboxes.ts'

export interface Lambda {
  readonly service: Service
  /** What the function has printed, with Lambda's own lines; '' if it never ran. */
  readonly logs: (functionName: string) => string
  /** Ends all functions that run. */
  readonly stop: () => Promise<void>
}

export interface LambdaOptions {
  /** Exists; code and logs are kept in it. */
  readonly directory: string
  /** For the code instead, which several may share; there or not. */
  readonly codeDirectory?: string
}

export function createLambda(world: World, options: LambdaOptions): Lambda {
  const { directory, codeDirectory = join(directory, 'code') } = options
  const functions: Functions = new Map()
  const sandboxes = createSandboxes()
  const logs = createLogs(directory)
  const concurrency = createConcurrency(functions, (found) => measureThrottle(world, found))
  const run = createRunner(world, sandboxes, logs)
  const poller = createMappingPoller({ world, functions, concurrency, run, logs })
  const mapped = { world, functions, mappings: new Map(), poller }
  const asynchronous = createAsyncInvocations(world, functions, concurrency, run, createSendOn(world, logs))
  return {
    service: {
      name: 'lambda',
      operations: {
        ...functionOperations(world, functions, sandboxes, codeDirectory),
        ...functionUpdateOperations(world, functions, sandboxes, codeDirectory),
        ...functionTagOperations(functions),
        ...permissionOperations(functions),
        ...aliasOperations(functions),
        ...accountSettingsOperations(functions),
        ...concurrencyOperations(functions),
        ...eventInvokeConfigOperations(world, functions),
        ...eventSourceMappingOperations(mapped),
        ...invokeOperations({ functions, concurrency, run, asynchronous }),
      },
    },
    logs: logs.read,
    async stop() {
      poller.stopAll()
      await sandboxes.stop()
    },
  }
}
