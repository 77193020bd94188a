"""The library application on Django: a JSON API and a built single-page app."""
