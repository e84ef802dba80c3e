/** `Step Functions Execution Status Change`. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
import { randomUUID } from 'node:crypto'
import type { PutEventsCommandInput } from '@aws-sdk/client-eventbridge'
import { parseArn } from '../arn.ts'
import type { Call } from '../service.ts'
import type { Execution } from './execution.ts'
import { redriveStatusOf } from './redrivable.ts'
import { STATES_PRINCIPAL } from './role-session.ts'

/** Above 248 KiB together the input is left out; an output above that, too. */
const MAXIMUM_DATA = 248 * 1024

/** Puts the event on the default bus. AWS delivers it at best effort: what refuses it is in the log of calls. */
export function announceStatus(execution: Execution): void {
  const { account } = parseArn(execution.arn)
  const input: PutEventsCommandInput = {
    Entries: [
      {
        Source: 'aws.states',
        DetailType: 'Step Functions Execution Status Change',
        Detail: JSON.stringify(detailOf(execution)),
        Resources: [execution.arn],
        Time: execution.world.clock.now(),
      },
    ],
  }
  const call: Call = {
    principal: { kind: 'service', account, arn: STATES_PRINCIPAL, sourceArn: execution.machineArn },
    region: execution.region,
    requestId: randomUUID(),
  }
  execution.world.dispatch('events', 'PutEvents', input, call).catch(() => undefined)
}

function detailOf(execution: Execution) {
  const { input, output } = includedData(execution)
  const { status, reason } = redriveStatusOf(execution)
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startDate.getTime(),
    stopDate: execution.stopDate?.getTime() ?? null,
    input,
    inputDetails: { included: input !== null },
    output,
    outputDetails: execution.output === undefined ? null : { included: output !== null },
    stateMachineVersionArn: execution.versionArn ?? null,
    stateMachineAliasArn: null,
    redriveCount: execution.redrives.length,
    redriveDate: execution.redrives.at(-1)?.date.toISOString() ?? null,
    redriveStatus: status,
    redriveStatusReason: reason,
    error: execution.status === 'TIMED_OUT' ? 'States.Timeout' : (execution.error ?? null),
    cause: execution.cause ?? null,
  }
}

function includedData({ inputText, output }: Execution) {
  const [inputBytes, outputBytes] = [escapedBytes(inputText), output === undefined ? 0 : escapedBytes(output)]
  return {
    input: inputBytes + outputBytes > MAXIMUM_DATA ? null : inputText,
    output: output === undefined || outputBytes > MAXIMUM_DATA ? null : output,
  }
}

function escapedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text))
}
