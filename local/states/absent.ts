/**
 * What Step Functions has at AWS and local mode makes none of: aliases, Map Runs, activities. Their lists are empty,
 * and it is true of a Map that runs inline at AWS too that it has no Map Run.
 */
import type {
  ListActivitiesInput,
  ListActivitiesOutput,
  ListMapRunsInput,
  ListMapRunsOutput,
  ListStateMachineAliasesInput,
  ListStateMachineAliasesOutput,
} from '@aws-sdk/client-sfn'
import { AwsError } from '../errors.ts'
import { operation } from '../service.ts'
import { pageOf } from './pages.ts'
import { askFor, findExecution, findMachine, type Store } from './store.ts'

export function absentOperations(store: Store) {
  return {
    /** Of a machine, or of one of its versions. */
    ListStateMachineAliases: operation<ListStateMachineAliasesInput, ListStateMachineAliasesOutput>({
      run(input) {
        const { machine } = findMachine(store, input.stateMachineArn)
        if (machine.status === 'DELETING')
          throw new AwsError('StateMachineDeleting', `State Machine is being deleted: '${machine.arn}'`)
        return { stateMachineAliases: noneOf(input) }
      },
      asks: (input) => [askFor('ListStateMachineAliases', input.stateMachineArn)],
    }),
    ListMapRuns: operation<ListMapRunsInput, ListMapRunsOutput>({
      run(input) {
        findExecution(store, input.executionArn)
        return { mapRuns: noneOf(input) }
      },
      asks: (input) => [askFor('ListMapRuns', input.executionArn)],
    }),
    ListActivities: operation<ListActivitiesInput, ListActivitiesOutput>({
      run: (input) => ({ activities: noneOf(input) }),
      asks: () => [{ action: 'states:ListActivities', resource: '*' }],
    }),
  }
}

/** Throws AwsError for a page that cannot be asked for. */
function noneOf(request: Parameters<typeof pageOf>[2]): never[] {
  return pageOf<never>([], () => '', request).items
}
