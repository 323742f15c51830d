// Next.js: the handler of a route, which is a function from a request to a response.

// shown in the guide
import { organization } from '../../organization.mjs'
import { signedIn } from '../../session.mjs'

// The driver needs Node's sockets, and an answer is never another organization's from a cache.
export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export async function GET(request) {
  const who = await signedIn(request)
  if (!who) return new Response(null, { status: 401 })
  const notes = await organization(who, client => client.query('select body from notes order by id'))
  return Response.json(notes.rows.map(row => row.body), { headers: { 'cache-control': 'private, no-store' } })
}
// to here
