"""The library application on FastAPI: a JSON API and a built single-page app."""
