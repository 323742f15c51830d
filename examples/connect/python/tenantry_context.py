"""Seals the context that tells PostgreSQL for which organization a transaction works.

A seal is good for one connection and for a minute. It goes into the setting tenantry.context as a bound parameter, at the
beginning of each transaction and in a statement of its own; the setting ends with the transaction.
"""

# shown in the guide
import hashlib
import hmac
import os
import secrets
import time
from typing import NamedTuple

SET = "select set_config('tenantry.context', {}, true)"
# What a connection loses between two borrowers: settings, cursors, locks, channels.
CLEAN = "reset all; close all; unlisten *; select pg_advisory_unlock_all()"


class Who(NamedTuple):
    """Who is asking, as your own authentication found out; role is owner, admin, member or viewer."""

    organization: str
    user: str
    role: str


class Sealer:
    """Makes seals with the key that `tenantry adopt connect` writes."""

    def __init__(self, key: str, database: str):
        self.kid, _, secret = key.partition(":")
        self.secret = bytes.fromhex(secret)
        self.database = database

    @classmethod
    def from_environment(cls) -> "Sealer":
        return cls(os.environ["TENANTRY_CONTEXT_KEY"], os.environ["TENANTRY_DATABASE"])

    def seal(self, who: Who, backend: int, lifetime: int = 60) -> str:
        """A seal for one connection: `backend` is the process id of its server."""
        expiry, nonce = int(time.time()) + lifetime, secrets.token_hex(8)
        payload = f"v1.{self.kid}.{who.organization}.usr:{who.user}.{who.role}.{expiry}.{backend}.{nonce}"
        signed = f"tenantry.context.v1\n{self.database}\n{payload}".encode()
        return payload + "." + hmac.new(self.secret, signed, hashlib.sha256).hexdigest()
# to here
