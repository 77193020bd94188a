"""The server: `gunicorn library.wsgi`, in this folder. PORT says where it listens (default 8080).

gunicorn's threads, not uvicorn's event loop: WhiteNoise and the ORM block, so
under ASGI Django would run both in a thread anyway, and read every file into
memory first, since WhiteNoise's responses cannot be iterated asynchronously.
"""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8080')}"
# One process: a worker for each CPU of the budget, which is one.
workers = 1
worker_class = "gthread"
threads = 32  # a late answer or an event stream holds one until its end; a connection without a request holds none
# What is missing ends the start, with an exit code, instead of a worker that is started again and again.
preload_app = True
keepalive = 75  # seconds
graceful_timeout = 30  # seconds; the longest answer, an event stream, takes 20
limit_request_line = 8190  # bytes; the most that gunicorn takes
worker_tmp_dir = "/dev/shm"  # its sign of life is a file, and a slow disk would hold it up
control_socket_disable = True  # nobody would connect to it
loglevel = "warning"
