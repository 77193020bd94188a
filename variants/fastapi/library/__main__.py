"""The server: `python -m library`. PORT says where it listens (default 8080)."""

import os
import signal
import sys

import uvicorn

# uvicorn ends with the signal that stopped it. A server that finished its
# requests did what it was told to do, so it exits with 0.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

# One process: a worker for each CPU of the budget, which is one.
uvicorn.run(
    "library.main:create_app",
    factory=True,
    host="0.0.0.0",
    port=int(os.environ.get("PORT", "8080")),
    loop="uvloop",
    http="httptools",
    ws="none",
    proxy_headers=False,
    server_header=False,
    access_log=False,
    log_level="warning",
    timeout_keep_alive=75,  # seconds
    timeout_graceful_shutdown=30,  # seconds; the longest answer, an event stream, takes 20
)
