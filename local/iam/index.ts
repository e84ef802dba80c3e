/** Identity and Access Management. */
import type { Service } from '../service.ts'
import type { IamView, World } from '../world.ts'
import { createAccounts } from './account.ts'
import { accountSummaryOperations } from './account-summary.ts'
import { instanceProfileOperations } from './instance-profiles.ts'
import { policyOperations } from './policies.ts'
import { policyEntityOperations } from './policy-entities.ts'
import { policyVersionOperations } from './policy-versions.ts'
import { providerOperations } from './providers.ts'
import { roleAttachmentOperations } from './role-attachments.ts'
import { rolePolicyOperations } from './role-policies.ts'
import { roleOperations } from './roles.ts'
import { tagOperations } from './tag-operations.ts'
import { createView } from './view.ts'

export interface Iam {
  readonly service: Service
  readonly view: IamView
}

export function createIam(world: World): Iam {
  const accounts = createAccounts()
  return {
    service: {
      name: 'iam',
      operations: {
        ...roleOperations(world, accounts),
        ...rolePolicyOperations(accounts),
        ...roleAttachmentOperations(world, accounts),
        ...providerOperations(world, accounts),
        ...policyOperations(world, accounts),
        ...policyVersionOperations(world, accounts),
        ...policyEntityOperations(accounts),
        ...instanceProfileOperations(accounts),
        ...accountSummaryOperations(world, accounts),
        ...tagOperations(accounts),
      },
    },
    view: createView(accounts, world.organization),
  }
}
