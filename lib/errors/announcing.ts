/** An event, or a change of a cluster, that is refused at the edge: nothing was changed. */
import { faultAt } from './fault-at.ts'
import { IrsaError } from './irsa-error.ts'

export class InvalidInput extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Correct the named fields and send it again.'
  override readonly name = 'InvalidInput'
}

export class PrivateKeyInInput extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send public keys only. Treat the private key as disclosed: it has been in an event. Replace it.'
  override readonly name = 'PrivateKeyInInput'
  constructor(field: string) {
    super(`${field} holds a private key. It was struck out and not stored.`)
  }
}

/** The bus carries events that this version knows and does not act on yet. */
export class EventNotServed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Nothing was changed. Send Cluster Created, Cluster Keys Changed and Cluster Deleted events only, until a version that serves this one is deployed.'
  override readonly name = 'EventNotServed'
  constructor() {
    super('This version acts on no events but Cluster Created, Cluster Keys Changed and Cluster Deleted.')
  }
}

export class AccountMayNotSpeak extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send the event from the account that owns the cluster, or have the sending account added to operatorAccounts.'
  override readonly name = 'AccountMayNotSpeak'
  constructor(sender: string, cluster: string, owner: string) {
    super(`Account ${sender} may not speak for cluster ${cluster}, which belongs to account ${owner}.`)
  }
}

export class EventFromTheFuture extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = "Set the sender's clock and send the event again."
  override readonly name = 'EventFromTheFuture'
  constructor(time: string, now: string) {
    super(`The event's time ${time} is more than 5 minutes after ${now}.`)
  }
}

/** Issuer, account and hosting of a cluster are fixed: changing them would cut off every running pod. */
export class ClusterChangeRefused extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Send the recorded value, or announce the cluster under another name. To have its issuer or hosting become another one, migrate it: docs/migration.md.'
  override readonly name = 'ClusterChangeRefused'
  constructor(cluster: string, field: string, recorded: string, wanted: string) {
    super(`The ${field} of cluster ${cluster} is ${recorded} and cannot become ${wanted}.`)
  }
}

export class IssuerTaken extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Choose another base domain; of an external issuer, look which cluster of yours has announced it.'
  override readonly name = 'IssuerTaken'
  constructor(issuer: string, holder: string) {
    super(`The issuer ${issuer} belongs to cluster ${holder}.`)
  }
}

/** Its clusters' issuers have it in their names. */
export class SharedHostChanged extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Deploy with the parameter sharedHost as it was. To change it, delete every cluster with shared hosting, then the host itself (irsa cluster delete _shared), and announce them anew.'
  override readonly name = 'SharedHostChanged'
  constructor(recorded: string, wanted: string) {
    super(`The shared host is ${recorded}, and cannot become ${wanted} while it is there.`)
  }
}

export class SharedHostInUse extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Delete these clusters first. If the host shall stay, announce any of them again.'
  override readonly name = 'SharedHostInUse'
  constructor(users: readonly string[]) {
    const shown = users.slice(0, 10).join(', ')
    super(
      `The shared host is used by ${users.length > 10 ? `${users.length} clusters, among them ` : ''}${shown}.`,
    )
  }
}

/** Its keys are published by whoever runs it, and nothing that is said here changes them. */
export class IssuerIsExternal extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy = 'Change the keys where the issuer is run; nothing has to be said here.'
  override readonly name = 'IssuerIsExternal'
  constructor(cluster: string) {
    super(`The issuer of cluster ${cluster} is external: it publishes its keys itself.`)
  }
}

export class BaseDomainNotAllowed extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Use a base domain inside a hosted zone that the account may use, or have one opened to it in the parameter hostedZones.'
  override readonly name = 'BaseDomainNotAllowed'
  constructor(baseDomain: string, accountId: string, allowed: readonly string[]) {
    const which = allowed.length === 0 ? 'there is none' : allowed.join(', ')
    super(`The base domain ${baseDomain} is in no hosted zone that account ${accountId} may use: ${which}.`)
  }
}

export class ClusterNotAbandonable extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Delete it first, and abandon it when its removal has stopped with ProviderAccountUnreachable.'
  override readonly name = 'ClusterNotAbandonable'
  constructor(cluster: string) {
    super(`The cluster ${cluster} is not one whose removal has stopped.`)
  }
}

export class ClusterProtected extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Take the protection off (irsa cluster unprotect, or DELETE /clusters/{cluster}/protection), or say "force": true in the event, if the cluster is really to be deleted.'
  override readonly name = 'ClusterProtected'
  constructor(cluster: string) {
    super(`The cluster ${cluster} is protected from deletion.`)
  }
}

/** Until its migration ends, what is said of it is said of the cluster that it is the companion of. */
export class ClusterIsCompanion extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Say it of the cluster that migrates, which has the roles and the keys; or have the migration finished or aborted first.'
  override readonly name = 'ClusterIsCompanion'
  /** `pointer`: to where the input names it. */
  constructor(cluster: string, home: string, pointer?: string) {
    const why = `cluster ${cluster} is there for the migration of ${home}`
    super(`The ${why}.`, faultAt(pointer, `the ${why}`))
  }
}

export class MigrationRefused extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Mend what is named. The other cluster has the new issuer, and account, region, audiences and keys as they are: docs/migration.md.'
  override readonly name = 'MigrationRefused'
  constructor(cluster: string, why: string) {
    super(`The cluster ${cluster} cannot migrate: ${why}.`)
  }
}

export class MigrationNotFinishable extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Mend what is named, or wait for it; both issuers stay trusted meanwhile. Then finish again.'
  override readonly name = 'MigrationNotFinishable'
  constructor(cluster: string, obstacles: readonly string[]) {
    const shown = obstacles.slice(0, 10).join('; ')
    super(
      `The migration of ${cluster} cannot be finished: ${shown}${obstacles.length > 10 ? `; and ${obstacles.length - 10} more` : ''}.`,
    )
  }
}

export class NoMigration extends IrsaError {
  static override readonly mendedBy = 'requester'
  static override readonly remedy =
    'Look at it with irsa cluster show. One that was finished cannot be aborted: migrate it back; one that was aborted is started anew.'
  override readonly name = 'NoMigration'
  constructor(cluster: string) {
    super(`The cluster ${cluster} has no migration under way that this could be done to.`)
  }
}
