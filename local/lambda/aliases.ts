/** Aliases and layers, which AWS has and local mode makes none of: their lists are empty. */
import type {
  ListAliasesRequest,
  ListAliasesResponse,
  ListLayersRequest,
  ListLayersResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../service.ts'
import { matches, within } from './constraints.ts'
import type { Functions } from './function.ts'
import { findFunction, functionAsk } from './function-name.ts'
import { pageOf } from './pages.ts'

// https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html
const MOST_LAYERS = 50

export function aliasOperations(functions: Functions) {
  return {
    /** Of a version that does not exist there are none either, which AWS does not call an error. */
    ListAliases: operation<ListAliasesRequest, ListAliasesResponse>({
      run(input, call) {
        matches(input.FunctionVersion, 'functionVersion', /^(\$LATEST|[0-9]+)$/)
        findFunction(functions, input, call)
        return { Aliases: noneOf(input) }
      },
      asks: (input, call) => [functionAsk('ListAliases', input, call)],
    }),
    ListLayers: operation<ListLayersRequest, ListLayersResponse>({
      run(input) {
        within(input.MaxItems ?? MOST_LAYERS, 'maxItems', 1, MOST_LAYERS)
        return { Layers: noneOf(input) }
      },
      asks: () => [{ action: 'lambda:ListLayers', resource: '*' }],
    }),
  }
}

/** Throws AwsError for a page that cannot be asked for. */
function noneOf(request: Parameters<typeof pageOf>[2]): never[] {
  return [...pageOf<never>([], () => '', request).items]
}
