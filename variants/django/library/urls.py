"""The URLs of the API. The app's URLs are files and routes, not patterns: see site.py."""

from django.urls import path

from library import views

handler400 = "library.problems.bad_request"
handler404 = "library.problems.not_found"
handler500 = "library.problems.failed"

urlpatterns = [
    path("api/health", views.Health.as_view()),
    path("api/books", views.Books.as_view()),
    path("api/books/<str:id>", views.OneBook.as_view()),
    path("api/slow", views.Slow.as_view()),
    path("api/fail", views.Fail.as_view()),
    path("api/sse", views.Events.as_view()),
]
