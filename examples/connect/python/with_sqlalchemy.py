"""SQLAlchemy 2 on psycopg: every transaction of a session works for the session's organization."""

# shown in the guide
import psycopg
from sqlalchemy import Engine, create_engine, event, text

from tenantry_context import CLEAN, SET, Sealer


def open_engine(url: str, **sizes) -> Engine:
    # The address goes to the driver as it is: it may name a Unix socket, or several hosts.
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url), **sizes)

    @event.listens_for(engine, "reset")
    def clean(connection, _record, state):
        if not state.terminate_only:
            connection.rollback()
            connection.execute(CLEAN)
            connection.commit()

    return engine


def work_for_organizations(session_class, sealer: Sealer):
    """Seals each transaction of a session that carries its `Who` in `info["who"]`."""

    @event.listens_for(session_class, "after_begin")
    def seal(session, _transaction, connection):
        who = session.info.get("who")
        if who is not None:
            backend = connection.connection.driver_connection.info.backend_pid
            connection.execute(text(SET.format(":seal")), {"seal": sealer.seal(who, backend)})
# to here


if __name__ == "__main__":
    from sqlalchemy.orm import Session

    from acceptance import accept

    class Client:
        def __init__(self, url):
            self.engine = open_engine(url, pool_size=1, max_overflow=0)
            work_for_organizations(Session, Sealer.from_environment())

        def session(self, who=None):
            return Session(self.engine, info={"who": who})

        def bodies(self, who):
            with self.session(who) as session:
                first = list(session.scalars(text("select body from notes order by id")))
                # A session's second transaction is sealed like its first.
                session.commit()
                assert list(session.scalars(text("select body from notes order by id"))) == first
                return first

        def insert(self, who, body):
            with self.session(who) as session:
                session.execute(text("insert into notes (body) values (:body)"), {"body": body})
                session.commit()

        def value(self, sql, seal=None):
            with self.session() as session:
                if seal is not None:
                    session.execute(text(SET.format(":seal")), {"seal": seal})
                return session.scalar(text(sql))

        def forget(self, seal):
            with self.session() as session:
                session.execute(text("select set_config('tenantry.context', :seal, false)"), {"seal": seal})
                session.commit()

        def close(self):
            self.engine.dispose()

    accept(Client)
