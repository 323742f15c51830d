// A pool of pg that cleans a connection before it lends it, whatever the borrower before has left behind.

// shown in the guide
import pg from 'pg'

// What a connection loses between two borrowers: settings, cursors, locks, channels.
const CLEAN = 'rollback; reset all; close all; unlisten *; select pg_advisory_unlock_all()'

async function cleaned(lent) {
  const client = await lent
  try {
    await client.query(CLEAN)
    return client
  } catch (error) {
    client.release(error)
    throw error
  }
}

export class CleanPool extends pg.Pool {
  // With a callback too: that is how the pool's own query() asks for a connection.
  connect(callback) {
    const client = cleaned(super.connect())
    if (!callback) return client
    client.then(client => callback(undefined, client, client.release), error => callback(error))
  }
}
// to here
