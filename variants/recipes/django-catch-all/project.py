"""Settings, URLs and the WSGI application of a Django project, in one module."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path, re_path
from django.views.generic import TemplateView

settings.configure(
    SECRET_KEY="of a recipe: it signs nothing",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["/srv/dist"]}],
    WHITENOISE_ROOT="/srv/dist",
)

urlpatterns = [
    path("api/health", lambda request: JsonResponse({"status": "ok"})),
    re_path(r"^.*$", TemplateView.as_view(template_name="index.html")),
]

application = get_wsgi_application()
