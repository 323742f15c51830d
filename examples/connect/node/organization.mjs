// pg: a transaction of one organization, on a connection of a pool.

// shown in the guide
import { CleanPool } from './clean-pool.mjs'
import { SET, Sealer } from './tenantry-context.mjs'

const max = Number(process.env.DATABASE_POOL_SIZE ?? 10)
export const pool = new CleanPool({ connectionString: process.env.DATABASE_URL, max })
const sealer = new Sealer()

export async function organization(who, work) {
  const client = await pool.connect()
  let broken
  try {
    await client.query('begin')
    await client.query(SET, [sealer.seal(who, client.processID)])
    const done = await work(client)
    await client.query('commit')
    return done
  } catch (error) {
    await client.query('rollback').catch(failure => { broken = failure })
    throw error
  } finally {
    client.release(broken)
  }
}
// to here
