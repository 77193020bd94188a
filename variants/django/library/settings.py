"""Django's settings.

The environment names the build (DIST, default /srv/dist) and the database
(DATABASE, default /data/books.db). There is no SECRET_KEY: nothing is signed.
"""

import os
from urllib.parse import quote

DEBUG = False
ALLOWED_HOSTS = ["*"]  # no answer depends on Host, and every redirect is relative
ROOT_URLCONF = "library.urls"
INSTALLED_APPS = ["library"]
USE_I18N = False
TIME_ZONE = "UTC"  # of the log: Django sets that of the process, and defaults to America/Chicago
APPEND_SLASH = False

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "library.wire.wire",
    "django.middleware.common.CommonMiddleware",  # refuses an impossible Host; sets Content-Length
    "library.site.Site",
]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

WHITENOISE_ROOT = os.environ.get("DIST", "/srv/dist")
WHITENOISE_MAX_AGE = 0  # seconds: revalidated each time, except for immutable files
WHITENOISE_IMMUTABLE_FILE_TEST = "^/assets/"
WHITENOISE_MIMETYPES = {
    ".webmanifest": "application/manifest+json",
    "apple-app-site-association": "application/json",
}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # mode=rw: a missing file is an error, not a new and empty database.
        "NAME": f"file:{quote(os.environ.get('DATABASE', '/data/books.db'))}?mode=rw",
        "CONN_MAX_AGE": None,  # seconds: each thread keeps its connection
        "OPTIONS": {
            "timeout": 5,  # seconds that a writer waits for another
            # Taking the write lock at once is what makes a busy writer wait.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode = WAL",
        },
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        # Failures of the server only. Those of clients are not logged, an impossible Host among them.
        "django": {"handlers": ["stderr"], "level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
