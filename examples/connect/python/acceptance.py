"""What every way of connecting has to show: one's own rows, nobody else's, and nothing without a context.

A client's pool holds one connection, so whatever one borrower leaves behind is there for the next.
"""

import os
import sys

from tenantry_context import Sealer, Who

ACME = Who(os.environ["ACME"], "00000000-0000-7000-8000-000000000001", "member")
OTHER = Who(os.environ["OTHER"], "00000000-0000-7000-8000-000000000002", "viewer")
COUNT = "select count(*) from notes"


def accept(client_class):
    client = client_class(os.environ["DATABASE_URL"])
    word = os.path.basename(sys.argv[0])
    backend = client.value("select pg_backend_pid()")
    sees_its_own(client, word)
    refuses_what_is_not_genuine(client, backend)
    hands_nothing_on(client, backend)
    assert client.value("select pg_backend_pid()") == backend, "it was not one connection"
    client.close()
    print(f"{word}: own rows only")


def sees_its_own(client, word):
    client.insert(ACME, f"acme {word}")
    client.insert(OTHER, f"other {word}")
    for who, name in ((ACME, "acme"), (OTHER, "other"), (ACME, "acme")):
        bodies = client.bodies(who)
        assert f"{name} {word}" in bodies, bodies
        assert all(body.startswith(name) for body in bodies), bodies
        # The transaction is over, the connection is the same, and the context is gone.
        assert client.value(COUNT) == 0, "rows without a context"


def refuses_what_is_not_genuine(client, backend):
    sealer = Sealer.from_environment()
    genuine = sealer.seal(ACME, backend)
    assert client.value(COUNT, genuine) > 0
    assert client.value(COUNT, sealer.seal(ACME, 0, lifetime=10)) > 0, "a seal for a pooler"
    refused = {
        "for another connection": sealer.seal(ACME, backend + 1),
        "expired": sealer.seal(ACME, backend, lifetime=-1),
        "for another organization": genuine.replace(ACME.organization, OTHER.organization),
        "of a higher role": genuine.replace(".member.", ".owner."),
        "for another database": Sealer(os.environ["TENANTRY_CONTEXT_KEY"], "another").seal(ACME, backend),
        "with another key": Sealer(f"{sealer.kid}:{'00' * 32}", sealer.database).seal(ACME, backend),
        "without a signature": genuine.rpartition(".")[0],
    }
    for what, seal in refused.items():
        try:
            found = client.value(COUNT, seal)
        except Exception as error:
            assert code(error) == "42501", f"{what}: {error!r}"
        else:
            raise AssertionError(f"a seal {what} showed {found} rows")
    assert client.value(COUNT) == 0, "rows after a refusal"


def hands_nothing_on(client, backend):
    """Somebody sets a seal for the whole session, which nobody should; the next borrower must not have it."""
    client.forget(Sealer.from_environment().seal(ACME, backend))
    assert client.value(COUNT) == 0, "the next borrower has the rows of the one before"


def code(error):
    return getattr(getattr(error, "orig", error), "sqlstate", None)
