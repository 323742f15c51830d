// pg: what organization.mjs has to show.
import { accept } from './acceptance.mjs'
import { organization, pool } from './organization.mjs'
import { SET } from './tenantry-context.mjs'

await accept('with-pg', {
  bodies: who => organization(who, async client =>
    (await client.query('select body from notes order by id')).rows.map(row => row.body)),
  insert: (who, body) => organization(who, client => client.query('insert into notes (body) values ($1)', [body])),
  async value(sql, seal) {
    if (seal === undefined) return (await pool.query({ text: sql, rowMode: 'array' })).rows[0][0]
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(SET, [seal])
      return (await client.query({ text: sql, rowMode: 'array' })).rows[0][0]
    } finally {
      // Neither commit nor rollback: the pool has to clean up after this, too.
      client.release()
    }
  },
  forget: seal => pool.query("select set_config('tenantry.context', $1, false)", [seal]),
})
await pool.end()
