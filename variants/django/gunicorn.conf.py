"""The server: `gunicorn library.wsgi`, in this folder. PORT says where it listens (default 8080).

It uses gunicorn's threads, not uvicorn's event loop: WhiteNoise and the ORM
block, so under ASGI Django would run both in a thread anyway, and would first
read every file into memory, since WhiteNoise's responses cannot be iterated
asynchronously.
"""

import os

bind = f"0.0.0.0:{os.environ.get('PORT', '8080')}"
# One process: a worker for each CPU of the budget, which is one.
workers = 1
worker_class = "gthread"
threads = 32  # a slow answer or an event stream occupies one until it ends; an idle connection occupies none
# Whatever is missing ends the start with an exit code, instead of restarting a worker again and again.
preload_app = True
keepalive = 75  # seconds
graceful_timeout = 30  # seconds; the longest answer, an event stream, takes 20
limit_request_line = 8190  # bytes; the most that gunicorn takes
worker_tmp_dir = "/dev/shm"  # the heartbeat is a file, and a slow disk would delay it
control_socket_disable = True  # nobody would connect to it
loglevel = "warning"
