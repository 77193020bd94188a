import re
from pathlib import Path

BASE_DIR = Path("/srv")
SECRET_KEY = "of a trial: it signs nothing"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "project.urls"
MIDDLEWARE = [
    # first
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # middleware
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "dist"]}]
WHITENOISE_ROOT = BASE_DIR / "dist"
WHITENOISE_INDEX_FILE = True
# more
