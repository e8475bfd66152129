"""URLs of the archive. URL name = view name = template stem."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
