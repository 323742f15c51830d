"""FastAPI: a dependency that lends a handler a transaction of whoever has signed in."""

# shown in the guide
import os
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from psycopg import Connection

from tenantry_context import Sealer, Who
from with_psycopg import open_pool, organization

app = FastAPI()
pool = open_pool(os.environ["DATABASE_URL"], min_size=1, max_size=4)
sealer = Sealer.from_environment()


def signed_in() -> Who:
    """Put your own authentication here. Never take the organization from what a request merely claims."""
    raise HTTPException(401)


def transaction(who: Annotated[Who, Depends(signed_in)]):
    with organization(pool, sealer, who) as connection:
        yield connection


@app.get("/notes")
def notes(connection: Annotated[Connection, Depends(transaction, scope="function")]) -> list[str]:
    return [row[0] for row in connection.execute("select body from notes order by id")]
# to here


if __name__ == "__main__":
    import asyncio
    import json
    from acceptance import ACME, OTHER

    def get(path):
        """One request to the application, as an HTTP server would make it; its status and its body."""
        sent = []

        async def ask():
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}

            async def receive():
                return {"type": "http.request"}

            async def send(message):
                sent.append(message)

            await app(scope, receive, send)

        asyncio.run(ask())
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)

    assert get("/notes")[0] == 401
    for who, name in ((ACME, "acme"), (OTHER, "other"), (ACME, "acme")):
        with organization(pool, sealer, who) as connection:
            connection.execute("insert into notes (body) values (%s)", [f"{name} with_fastapi.py"])
        app.dependency_overrides[signed_in] = lambda who=who: who
        status, body = get("/notes")
        bodies = json.loads(body)
        assert status == 200, body
        assert f"{name} with_fastapi.py" in bodies, bodies
        assert all(body.startswith(name) for body in bodies), bodies
    pool.close()
    print("with_fastapi.py: own rows only")
