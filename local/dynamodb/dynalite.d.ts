/** What is used of dynalite, which has no types of its own: its store, its checks and its actions. */

declare module 'dynalite/db/index.js' {
  type Value = Readonly<Record<string, unknown>>
  type Item = Readonly<Record<string, Value>>
  type Done = (error?: unknown) => void

  export interface Store {
    readonly db: { readonly close: (done: Done) => void }
    readonly tableDb: {
      readonly put: (name: string, table: object, done: Done) => void
      readonly del: (name: string, done: Done) => void
    }
    readonly deleteItemDb: (table: string, done: Done) => void
    readonly deleteIndexDb: (kind: 'local' | 'global', table: string, index: string, done: Done) => void
  }

  export function create(): Store
  /** In bytes, as AWS counts them. */
  export function itemSize(item: Item): number
  export function validateKey(key: Item, table: object): Error | null | undefined
  export function validateItem(item: Item, table: object): Error | null | undefined
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js'

  /** Takes away what `types` does not have, and throws for what is of another type. */
  export function checkTypes(data: object, types: object): object
  /** Adds the parsed expressions to `data`, under names of dynalite's own. Throws. */
  export function checkValidations(data: object, types: object, custom: unknown, store: Store): void
}

declare module 'dynalite/validations/*.js' {
  export const types: object
  export const custom: unknown
}

declare module 'dynalite/actions/*.js' {
  import type { Store } from 'dynalite/db/index.js'

  type Action = (store: Store, data: object, done: (error: unknown, output?: object) => void) => void
  const action: Action
  export default action
}
