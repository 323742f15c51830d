// Next.js: what the route has to show when it is called as Next.js calls it.
import assert from 'node:assert/strict'
import { ACME, OTHER } from './acceptance.mjs'
import { GET } from './app/notes/route.mjs'
import { organization, pool } from './organization.mjs'
import { sessions } from './session.mjs'

const ask = cookie => GET(new Request('http://localhost/notes', { headers: { cookie } }))
assert.equal((await ask('nobody')).status, 401)
for (const [who, name] of [[ACME, 'acme'], [OTHER, 'other'], [ACME, 'acme']]) {
  await organization(who, client => client.query('insert into notes (body) values ($1)', [`${name} with-next`]))
  sessions.set(name, who)
  const bodies = await (await ask(name)).json()
  assert(bodies.includes(`${name} with-next`), `${bodies}`)
  assert(bodies.every(body => body.startsWith(name)), `${bodies}`)
}
await pool.end()
console.log('with-next: own rows only')
