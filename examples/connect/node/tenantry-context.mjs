// Seals the context that tells PostgreSQL for which organization a transaction works. A seal is good for one connection and
// for a minute; it goes into the setting tenantry.context as a bound parameter, in a statement of its own.

// shown in the guide
import { createHmac, randomBytes } from 'node:crypto'

export const SET = "select set_config('tenantry.context', $1, true)"

export class Sealer {
  constructor(key = process.env.TENANTRY_CONTEXT_KEY, database = process.env.TENANTRY_DATABASE) {
    const [kid, secret] = key.split(':')
    Object.assign(this, { kid, secret: Buffer.from(secret, 'hex'), database })
  }

  /** A seal for one connection: `backend` is the process id of its server. `role` is owner, admin, member or viewer. */
  seal({ organization, user, role }, backend, lifetime = 60) {
    const expiry = Math.floor(Date.now() / 1000) + lifetime
    const nonce = randomBytes(8).toString('hex')
    const payload = `v1.${this.kid}.${organization}.usr:${user}.${role}.${expiry}.${backend}.${nonce}`
    const signed = `tenantry.context.v1\n${this.database}\n${payload}`
    return `${payload}.${createHmac('sha256', this.secret).update(signed).digest('hex')}`
  }
}
// to here
