/** The context object `$$`. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
import type { Json } from './json.ts'
import type { Visit } from './visit.ts'

/** `$$.Map.Item`, only where an ItemSelector is evaluated. */
export interface MapItem {
  readonly index: number
  readonly value: Json
}

export function contextObject({ execution, branch, retryCount }: Visit, item?: MapItem): Json {
  const redriven = execution.redrives.at(-1)
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      StartTime: execution.startDate.toISOString(),
      Name: execution.name,
      RoleArn: execution.revision.roleArn,
      RedriveCount: execution.redrives.length,
      ...(redriven === undefined ? {} : { RedriveTime: redriven.date.toISOString() }),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineName },
    State: { Name: branch.stateName, EnteredTime: branch.enteredTime, RetryCount: retryCount },
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  }
}
