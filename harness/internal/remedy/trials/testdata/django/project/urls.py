from django.http import Http404
from django.shortcuts import render
from django.urls import path, re_path
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from project.views import api_missing, health

page = TemplateView.as_view(template_name="index.html")
# page
urlpatterns = [
    path("api/health", health),
    re_path(r"^api(/|$)", api_missing),
    re_path(r"^(?!(api|assets|\.well-known)(/|$)).*$", page),
]
