// What every way of connecting has to show: one's own rows, nobody else's, and nothing without a context.
// A client's pool holds one connection, so whatever one borrower leaves behind is there for the next.
import assert from 'node:assert/strict'
import { Sealer } from './tenantry-context.mjs'

export const ACME = { organization: process.env.ACME, user: '00000000-0000-7000-8000-000000000001', role: 'member' }
export const OTHER = { organization: process.env.OTHER, user: '00000000-0000-7000-8000-000000000002', role: 'viewer' }
const COUNT = 'select count(*)::int from notes'

export async function accept(word, client) {
  const backend = await client.value('select pg_backend_pid()')
  await seesItsOwn(client, word)
  await refusesWhatIsNotGenuine(client, backend)
  await handsNothingOn(client, backend)
  assert.equal(await client.value('select pg_backend_pid()'), backend, 'it was not one connection')
  console.log(`${word}: own rows only`)
}

async function seesItsOwn(client, word) {
  await client.insert(ACME, `acme ${word}`)
  await client.insert(OTHER, `other ${word}`)
  for (const [who, name] of [[ACME, 'acme'], [OTHER, 'other'], [ACME, 'acme']]) {
    const bodies = await client.bodies(who)
    assert(bodies.includes(`${name} ${word}`), `${bodies}`)
    assert(bodies.every(body => body.startsWith(name)), `${bodies}`)
    // The transaction is over, the connection is the same, and the context is gone.
    assert.equal(await client.value(COUNT), 0)
  }
}

async function refusesWhatIsNotGenuine(client, backend) {
  const sealer = new Sealer()
  const genuine = sealer.seal(ACME, backend)
  assert(await client.value(COUNT, genuine) > 0)
  assert(await client.value(COUNT, sealer.seal(ACME, 0, 10)) > 0, 'a seal for a pooler')
  const refused = {
    'for another connection': sealer.seal(ACME, backend + 1),
    'expired': sealer.seal(ACME, backend, -1),
    'for another organization': genuine.replace(ACME.organization, OTHER.organization),
    'of a higher role': genuine.replace('.member.', '.owner.'),
    'for another database': new Sealer(undefined, 'another').seal(ACME, backend),
    'with another key': new Sealer(`${sealer.kid}:${'00'.repeat(32)}`).seal(ACME, backend),
    'without a signature': genuine.slice(0, genuine.lastIndexOf('.')),
  }
  for (const [what, seal] of Object.entries(refused)) {
    await assert.rejects(() => client.value(COUNT, seal), error => code(error) === '42501', `a seal ${what}`)
  }
  assert.equal(await client.value(COUNT), 0, 'rows after a refusal')
}

// Somebody sets a seal for the whole session, which nobody should; the next borrower must not have it.
async function handsNothingOn(client, backend) {
  await client.forget(new Sealer().seal(ACME, backend))
  assert.equal(await client.value(COUNT), 0, 'the next borrower has the rows of the one before')
}

// The driver's own code, or where Prisma keeps it.
function code(error) {
  return error.meta?.driverAdapterError?.cause?.originalCode ?? error.code
}
