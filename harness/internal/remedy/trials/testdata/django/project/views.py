import mimetypes

import django.views.defaults
from django.http import JsonResponse
from django.middleware.http import ConditionalGetMiddleware
from django.views.decorators.http import require_http_methods


def health(request):
    return JsonResponse({"status": "ok"})


def api_missing(request):
    return JsonResponse({"detail": "not found"}, status=404)


# views
