/** Every value inside a value, at any depth, with where it is. */

export interface Place {
  readonly value: unknown
  readonly name: PropertyKey
  readonly parent: Place | undefined
}

/** Itself first. A loop, not a recursion: the sender chooses the depth. */
export function* placesIn(root: unknown): Generator<Place> {
  const places: Place[] = [{ value: root, name: '', parent: undefined }]
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    yield place
    places.push(...membersOf(place))
  }
}

export function membersOf(parent: Place): Place[] {
  const { value } = parent
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, child]) => ({
    value: child,
    name: Array.isArray(value) ? Number(name) : name,
    parent,
  }))
}

export function pathOf(place: Place): PropertyKey[] {
  const path: PropertyKey[] = []
  for (let at = place; at.parent !== undefined; at = at.parent) path.push(at.name)
  return path.reverse()
}
