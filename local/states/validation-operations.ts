import type {
  ValidateStateMachineDefinitionInput,
  ValidateStateMachineDefinitionOutput,
} from '@aws-sdk/client-sfn'
import { AwsError, NotInLocalMode } from '../errors.ts'
import { operation } from '../service.ts'
import { parseDefinition } from './parse-definition.ts'
import type { Store } from './store.ts'

export function validationOperations(store: Store) {
  return {
    ValidateStateMachineDefinition: operation<
      ValidateStateMachineDefinitionInput,
      ValidateStateMachineDefinitionOutput
    >({
      run: (input) => validate(store, input),
      asks: () => [{ action: 'states:ValidateStateMachineDefinition', resource: '*' }],
    }),
  }
}

/** What CreateStateMachine would refuse. What only local mode refuses is no diagnostic of AWS's, and is thrown. */
function validate(
  { checked }: Store,
  { definition = '', type }: ValidateStateMachineDefinitionInput,
): ValidateStateMachineDefinitionOutput {
  if (type === 'EXPRESS') throw new NotInLocalMode('EXPRESS state machines')
  try {
    parseDefinition(definition, checked)
    return { result: 'OK', diagnostics: [], truncated: false }
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'InvalidDefinition') throw error
    const [, code = 'SCHEMA_VALIDATION_FAILED'] = /'([A-Z_]+):/.exec(error.message) ?? []
    return {
      result: 'FAIL',
      diagnostics: [{ severity: 'ERROR', code, message: error.message }],
      truncated: false,
    }
  }
}
