/** The file that --event names. */
import { CLUSTER_CREATED } from '../../lib/events/cluster-created.ts'
import { isRecord } from '../../lib/is-record.ts'
import { UnusableInput } from '../failure.ts'
import { readJsonFile } from '../json-file.ts'

/** Sound or not. Of a file for `aws events put-events`, which is at hand as often, that of its only entry. Throws UnusableInput. */
export function readEventDetail(file: string): object {
  const content = readJsonFile(file)
  if (isRecord(content) && !('Detail' in content)) return content
  const detail = detailOf(Array.isArray(content) && content.length === 1 ? content[0] : content)
  if (detail === undefined) throw new UnusableInput(`${file} ${EXPECTED}`)
  return detail
}

const EXPECTED = `must be the detail of one ${CLUSTER_CREATED} event, an object as in examples/cluster-created.json, or one entry for PutEvents, as in examples/put-events.json.`

function detailOf(entry: unknown): object | undefined {
  if (!isRecord(entry) || entry.DetailType !== CLUSTER_CREATED) return undefined
  try {
    const detail: unknown = JSON.parse(String(entry.Detail))
    return isRecord(detail) ? detail : undefined
  } catch {
    return undefined
  }
}
