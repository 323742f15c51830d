// Prisma: what prisma-organization.mjs has to show.
import { accept } from './acceptance.mjs'
import { organization, prisma } from './prisma-organization.mjs'

await accept('with-prisma', {
  bodies: who => organization(who, async transaction =>
    (await transaction.note.findMany({ orderBy: { id: 'asc' } })).map(note => note.body)),
  insert: (who, body) => organization(who, transaction => transaction.note.create({ data: { body } })),
  value: (sql, seal) => prisma.$transaction(async transaction => {
    if (seal !== undefined) await transaction.$queryRaw`select set_config('tenantry.context', ${seal}, true)`
    return Object.values((await transaction.$queryRawUnsafe(sql))[0])[0]
  }),
  forget: seal => prisma.$queryRaw`select set_config('tenantry.context', ${seal}, false)`,
})
await prisma.$disconnect()
