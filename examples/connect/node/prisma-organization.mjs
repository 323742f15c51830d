// Prisma: an interactive transaction of one organization. The process id of the connection is one question more.

// shown in the guide
import { PrismaPg } from '@prisma/adapter-pg'
import { CleanPool } from './clean-pool.mjs'
import { PrismaClient } from './generated/client.ts'
import { Sealer } from './tenantry-context.mjs'

const max = Number(process.env.DATABASE_POOL_SIZE ?? 10)
const pool = new CleanPool({ connectionString: process.env.DATABASE_URL, max })
export const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) })
const sealer = new Sealer()

export function organization(who, work) {
  return prisma.$transaction(async transaction => {
    const [{ backend }] = await transaction.$queryRaw`select pg_backend_pid() as backend`
    await transaction.$queryRaw`select set_config('tenantry.context', ${sealer.seal(who, backend)}, true)`
    return work(transaction)
  })
}
// to here
