"""The FastAPI application: pool, middlewares, routes. uvicorn starts it once for each worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI

from middlewares import RequestLogMiddleware, TenantContextMiddleware
from routes import router
from settings import DATABASE_URL, POOL_SIZE, WITH_MIDDLEWARE


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    # Kept open: between two rounds of a benchmark a connection would else time out and be opened again inside the next.
    async with asyncpg.create_pool(
        DATABASE_URL, min_size=POOL_SIZE, max_size=POOL_SIZE, max_inactive_connection_lifetime=0
    ) as pool:
        application.state.pool = pool
        yield


application = FastAPI(title="FastAPI peer", lifespan=lifespan)
if WITH_MIDDLEWARE:
    # The one added last runs first: the request is named and timed before anybody looks at its token.
    application.add_middleware(TenantContextMiddleware)
    application.add_middleware(RequestLogMiddleware)
application.include_router(router)


@application.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}
