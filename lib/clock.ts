/** The only reader of the clock. Everything else is given it. */
export const now = () => new Date()
