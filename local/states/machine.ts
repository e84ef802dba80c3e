/** State machines, their revisions and their published versions. */
import type { LoggingConfiguration, StateMachineStatus, TracingConfiguration } from '@aws-sdk/client-sfn'
import type { Machine } from './definition.ts'

/** What an update replaces and a version keeps. */
export interface Revision {
  /** undefined until the first update, as AWS answers it. */
  readonly revisionId: string | undefined
  readonly definition: string
  readonly machine: Machine
  readonly roleArn: string
  readonly loggingConfiguration: LoggingConfiguration
  readonly tracingConfiguration: TracingConfiguration
  readonly date: Date
}

export interface Version {
  readonly arn: string
  readonly revision: Revision
  readonly description: string | undefined
  readonly creationDate: Date
}

export interface StateMachine {
  readonly arn: string
  readonly name: string
  readonly creationDate: Date
  status: StateMachineStatus
  revision: Revision
  /** By number. */
  readonly versions: Map<number, Version>
  /** Of the newest version there ever was: no number comes twice. */
  lastVersion: number
  readonly tags: Map<string, string>
}
