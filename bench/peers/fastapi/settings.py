"""What the environment tells this peer; each name is explained in bench/peers/README.md."""

import os

DATABASE_URL = os.environ["DATABASE_URL"]
JWT_SECRET = os.environ["JWT_SECRET"]
# For each worker. A request holds one connection, so this many requests never wait for one.
POOL_SIZE = int(os.environ.get("POOL_SIZE", "16"))
# The plain variant leaves the two middlewares out, so that their price can be seen.
WITH_MIDDLEWARE = os.environ.get("PEER_MIDDLEWARE", "1") == "1"
