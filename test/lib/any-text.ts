/** Texts of any characters. */
import fc from 'fast-check'

/** As the unit `binary` of fast-check, which keeps a map of all characters that there are, and takes a second to make it. */
export function anyText(constraints: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: character })
}

/** Every code point but surrogates, which are no characters alone. */
const SURROGATES = { from: 0xd800, count: 0x800 }

const character = fc.nat(0x10ffff - SURROGATES.count).map(
  (index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count),
  (text) => {
    if (typeof text !== 'string' || [...text].length !== 1) throw new RangeError('no character')
    const codePoint = text.codePointAt(0) ?? 0
    return codePoint < SURROGATES.from ? codePoint : codePoint - SURROGATES.count
  },
)
