/** Every route of the function `api`. What has no place here is 404, another method 405. */
import { ADOPT } from './adopt/published.ts'
import { getAudit } from './audit.ts'
import { getCatalogue } from './catalogue.ts'
import { getCluster, listClusters } from './clusters.ts'
import { documentRoutes } from './documents.ts'
import { OPERATIONS } from './operations/published.ts'
import { PLAN } from './plan/published.ts'
import { deleteRole, putRole } from './role-changes.ts'
import { approveRole, rejectRole } from './role-decisions.ts'
import { getManifest, getRole, listRoles } from './roles.ts'
import type { Published, Route } from './route.ts'
import { getTenant, removeTenant, setTenant } from './tenants.ts'

export const ROUTES: readonly Route[] = [
  listClusters,
  getCluster,
  listRoles,
  putRole,
  deleteRole,
  approveRole,
  rejectRole,
  getRole,
  getManifest,
  getCatalogue,
  getTenant,
  setTenant,
  removeTenant,
  getAudit,
  ...documentRoutes(() => API),
]

/** With those that the functions `operations`, `find-drift` and `adopt` answer. */
export const API: readonly Published[] = [...ROUTES, ...OPERATIONS, PLAN, ADOPT]
