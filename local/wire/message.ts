/** HTTP as the codec sees it: whole messages, nothing of sockets or streams. */

export interface WireRequest {
  readonly method: string
  /** As it came: percent-encoded, without the query. */
  readonly path: string
  /** Decoded, in order; names may repeat. */
  readonly query: readonly (readonly [name: string, value: string])[]
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string
}
