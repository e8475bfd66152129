"""URLs of the site: the admin, and everything else by :mod:`reports.urls`."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # The admin uses the archive's form to change the own password, with its limit for wrong passwords.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("admin/", admin.site.urls),
    path("", include("reports.urls")),
]

handler400 = "reports.views.errors.bad_request"
handler403 = "reports.views.errors.permission_denied"
handler404 = "reports.views.errors.page_not_found"
handler500 = "reports.views.errors.server_error"
