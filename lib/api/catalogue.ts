/** The catalogue, for who writes requests. */
import * as z from 'zod'
import { describeCatalogue } from '../policy/catalogue/catalogue.ts'
import { none } from './parameters.ts'
import { route } from './route.ts'

export const getCatalogue = route({
  method: 'GET',
  path: '/catalogue',
  operation: 'getCatalogue',
  summary: 'What well-known add-ons need, by name, with the parameters that each takes',
  access: 'authorised',
  parameters: none,
  query: none,
  answers: {
    200: {
      description: 'Every entry.',
      content: {
        name: 'Catalogue',
        schema: z.strictObject({
          entries: z.array(
            z.strictObject({
              name: z.string(),
              description: z.string(),
              parameters: z.record(z.string(), z.unknown()).describe('JSON Schema.'),
            }),
          ),
        }),
      },
    },
  },
  errors: [],
  run: () => ({ status: 200, body: { entries: describeCatalogue() } }),
})
