"""Who calls, read from the bearer token.

The dependency is a coroutine on purpose: a plain function would be sent to the thread pool for every request.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import jwt
from fastapi import Depends, HTTPException, Request

from settings import JWT_SECRET


@dataclass(frozen=True, slots=True)
class Claims:
    user: UUID
    organization: UUID


def read_claims(authorization: str | None) -> Claims | None:
    """The claims of a valid token, or nothing."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        content = jwt.decode(token, JWT_SECRET, algorithms=["HS256"], options={"require": ["exp", "sub", "org"]})
        return Claims(user=UUID(content["sub"]), organization=UUID(content["org"]))
    except (jwt.InvalidTokenError, ValueError):
        return None


async def current_claims(request: Request) -> Claims:
    """What the tenant middleware found, or the token itself where that middleware is left out."""
    claims = getattr(request.state, "claims", None) or read_claims(request.headers.get("authorization"))
    if claims is None:
        raise HTTPException(status_code=401, detail="A valid bearer token is required")
    return claims


CurrentClaims = Annotated[Claims, Depends(current_claims)]
