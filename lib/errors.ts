/** Every error of the pipeline, by who meets it. What is exported here is in docs/errors.md. */

export * from './errors/announcing.ts'
export * from './errors/asking.ts'
export * from './errors/irsa-error.ts'
export * from './errors/passing.ts'
export * from './errors/reaching-aws.ts'
export * from './errors/requesting.ts'
export * from './errors/resources.ts'
export * from './errors/still-pending.ts'
