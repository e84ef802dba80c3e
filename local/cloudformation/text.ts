/** The text of a template: JSON, or YAML with CloudFormation's short tags (`!Ref`, `!Sub`, `!GetAtt` …). */
import { type CollectionTag, parseDocument, type ScalarTag, type Tags, YAMLMap } from 'yaml'
import { validationError } from './errors.ts'

/** Throws AwsError (ValidationError) for what is neither, and for a tag that is not one of CloudFormation's. */
export function readText(text: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : readYaml(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw validationError(`Template format error: ${reason}`, { cause: error })
  }
}

function readYaml(text: string): unknown {
  const document = parseDocument(text, { customTags: shortTags, version: '1.2', schema: 'core' })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem) throw problem
  // CloudFormation has no YAML aliases.
  return document.toJS({ maxAliasCount: 0 })
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
const SHORT_TAGS = [
  'Ref',
  'Condition',
  'GetAtt',
  'Sub',
  'Join',
  'Select',
  'Split',
  'If',
  'Equals',
  'And',
  'Or',
  'Not',
  'FindInMap',
  'ImportValue',
  'Base64',
  'GetAZs',
  'Cidr',
  'Transform',
] as const

const shortTags: Tags = SHORT_TAGS.flatMap((name) => {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`
  return [scalarTag(name, key), collectionTag(name, key, 'seq'), collectionTag(name, key, 'map')]
})

/** `!GetAtt Role.Arn` is the one whose scalar is not the argument itself. */
function scalarTag(name: string, key: string): ScalarTag {
  const argument = (text: string) => (name === 'GetAtt' ? splitOnce(text) : text)
  return { tag: `!${name}`, resolve: (text) => ({ [key]: argument(text) }) }
}

function splitOnce(text: string): readonly string[] {
  const dot = text.indexOf('.')
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)]
}

function collectionTag(name: string, key: string, collection: 'seq' | 'map'): CollectionTag {
  return {
    tag: `!${name}`,
    collection,
    resolve: (argument) => {
      const call = new YAMLMap()
      call.set(key, argument)
      return call
    },
  }
}
