"""asyncpg: a transaction of one organization, on a connection of a pool."""

# shown in the guide
from contextlib import asynccontextmanager

import asyncpg

from tenantry_context import SET, Sealer, Who


@asynccontextmanager
async def organization(pool: asyncpg.Pool, sealer: Sealer, who: Who):
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SET.format("$1"), sealer.seal(who, connection.get_server_pid()))
        yield connection
# to here


if __name__ == "__main__":
    import asyncio

    from acceptance import accept

    class Client:
        def __init__(self, url):
            async def connect():
                return await asyncpg.create_pool(url, min_size=1, max_size=1)

            self.run = asyncio.new_event_loop().run_until_complete
            self.pool = self.run(connect())
            self.sealer = Sealer.from_environment()

        def bodies(self, who):
            async def ask():
                async with organization(self.pool, self.sealer, who) as connection:
                    return [row["body"] for row in await connection.fetch("select body from notes order by id")]

            return self.run(ask())

        def insert(self, who, body):
            async def write():
                async with organization(self.pool, self.sealer, who) as connection:
                    await connection.execute("insert into notes (body) values ($1)", body)

            self.run(write())

        def value(self, sql, seal=None):
            async def ask():
                async with self.pool.acquire() as connection, connection.transaction():
                    if seal is not None:
                        await connection.execute(SET.format("$1"), seal)
                    return await connection.fetchval(sql)

            return self.run(ask())

        def forget(self, seal):
            self.run(self.pool.execute("select set_config('tenantry.context', $1, false)", seal))

        def close(self):
            self.run(self.pool.close())

    accept(Client)
