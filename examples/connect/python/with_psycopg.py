"""psycopg 3: a transaction of one organization, on a connection of a pool."""

# shown in the guide
from contextlib import contextmanager

from psycopg import Connection
from psycopg_pool import ConnectionPool

from tenantry_context import CLEAN, SET, Sealer, Who


def open_pool(url: str, **sizes) -> ConnectionPool:
    def clean(connection: Connection):
        connection.execute(CLEAN)

    return ConnectionPool(url, kwargs={"autocommit": True}, reset=clean, open=True, **sizes)


@contextmanager
def organization(pool: ConnectionPool, sealer: Sealer, who: Who):
    with pool.connection() as connection, connection.transaction():
        connection.execute(SET.format("%s"), [sealer.seal(who, connection.info.backend_pid)])
        yield connection
# to here


if __name__ == "__main__":
    from acceptance import accept

    class Client:
        def __init__(self, url):
            self.pool = open_pool(url, min_size=1, max_size=1)
            self.sealer = Sealer.from_environment()

        def bodies(self, who):
            with organization(self.pool, self.sealer, who) as connection:
                return [row[0] for row in connection.execute("select body from notes order by id")]

        def insert(self, who, body):
            with organization(self.pool, self.sealer, who) as connection:
                connection.execute("insert into notes (body) values (%s)", [body])

        def value(self, sql, seal=None):
            with self.pool.connection() as connection, connection.transaction():
                if seal is not None:
                    connection.execute(SET.format("%s"), [seal])
                return connection.execute(sql).fetchone()[0]

        def forget(self, seal):
            with self.pool.connection() as connection:
                connection.execute("select set_config('tenantry.context', %s, false)", [seal])

        def close(self):
            self.pool.close()

    accept(Client)
