"""What the environment tells this peer; each name is explained in bench/peers/README.md."""

import os

DATABASE_URL = os.environ["DATABASE_URL"]
JWT_SECRET = os.environ["JWT_SECRET"]
# For each worker: every one of them is a process with a pool of its own.
POOL_SIZE = int(os.environ["POOL_SIZE"])
# The plain variant leaves the two middlewares out, so that their price can be seen.
WITH_MIDDLEWARE = os.environ.get("PEER_MIDDLEWARE", "1") == "1"
