/** asl-validator 4 ships no declarations. */
declare module 'asl-validator' {
  interface Validation {
    readonly isValid: boolean
    readonly errorsText: (separator?: string) => string
  }

  /** Writes QueryLanguage into the states of what it is given. */
  function validate(
    definition: unknown,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): Validation

  export = validate
}
