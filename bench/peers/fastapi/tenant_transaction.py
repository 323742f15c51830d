"""One transaction for one organization: row security reads the setting that is made here.

The setting is local to the transaction, so the connection goes back to the pool without it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from asyncpg import Connection, Pool


@asynccontextmanager
async def tenant_transaction(pool: Pool, organization: UUID) -> AsyncIterator[Connection]:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.organization_id', $1, true)", str(organization))
        yield connection
