"""The application that gunicorn serves.

Raises when the build or the database is missing, so that a broken image does
not start.
"""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "library.settings")
application = get_wsgi_application()

from library.models import Book  # noqa: E402: models exist only once Django is set up

Book.objects.exists()
connections.close_all()  # the worker is forked from this process, and SQLite connections must not be
