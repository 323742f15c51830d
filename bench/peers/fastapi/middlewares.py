"""The two middlewares of the stack: one names and times the request, one finds out whose it is.

Both derive from BaseHTTPMiddleware, as its users write them; that class, not the few lines here, is what they cost.
"""

import logging
import time
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint

from claims import read_claims

logger = logging.getLogger("peer.request")


class RequestLogMiddleware(BaseHTTPMiddleware):
    """Gives each request an identifier and notes how long it took (the level is off in the benchmark)."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        identifier = request.headers.get("x-request-id") or str(uuid4())
        request.state.request_id = identifier
        started = time.perf_counter()
        response = await call_next(request)
        response.headers["x-request-id"] = identifier
        logger.info(
            "%s %s %s %.1f ms",
            request.method,
            request.url.path,
            response.status_code,
            (time.perf_counter() - started) * 1000,
        )
        return response


class TenantContextMiddleware(BaseHTTPMiddleware):
    """Refuses a request without a valid token, except for the health check, and hands the claims on."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path != "/healthz":
            claims = read_claims(request.headers.get("authorization"))
            if claims is None:
                return JSONResponse({"detail": "A valid bearer token is required"}, status_code=401)
            request.state.claims = claims
        return await call_next(request)
