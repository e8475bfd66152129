"""All addresses of the archive outside the admin. An address has the name of its view and template."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, register_converter
from django.views.generic import RedirectView

from .views import (
    article,
    catalogue,
    coverage,
    desk,
    event_log,
    health,
    history,
    purging,
    review,
    samples,
    search,
    upload,
)
from .views.accounts import ChangePassword
from .views.downloads import search_csv, search_xlsx
from .views.help import help_page
from .views.numbers import RowNumber

register_converter(RowNumber, "row")

urlpatterns = [
    path("", search.front, name="front"),
    path("search/", search.search, name="search"),
    path("search/values/<slug:facet>/", search.values, name="values"),
    path("search.json", search.search_json, name="search_json"),
    path("search.csv", search_csv, name="search_csv"),
    path("search.xlsx", search_xlsx, name="search_xlsx"),
    path("suggest/", search.suggest, name="suggest"),
    path("opensearch.xml", search.opensearch, name="opensearch"),
    path("articles/<row:number>/", article.article, name="article"),
    path("articles/<row:number>/original", article.original, name="original"),
    # The address of an article before 0.9.
    path(
        "reports/<row:number>/",
        RedirectView.as_view(pattern_name="article", permanent=True, query_string=True),
        name="former_article",
    ),
    path("initiatives/", catalogue.initiatives, name="initiatives"),
    path("initiatives/<slug:slug>/", catalogue.initiative, name="initiative"),
    path("help/", help_page, name="help"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("districts/", catalogue.districts, name="districts"),
    path("districts/<slug:key>/", catalogue.district, name="district"),
    path("desk/", desk.desk, name="desk"),
    path("desk/upload/", upload.upload, name="upload"),
    path("desk/review/<row:number>/", review.review, name="review"),
    path("desk/review/<row:number>/history/", history.history, name="history"),
    path("desk/review/<row:number>/purge/", purging.purge, name="purge"),
    path("desk/accessions/<row:number>/purge/", purging.purge_accession, name="purge_accession"),
    path("desk/samples/", samples.samples, name="samples"),
    path("desk/log/", event_log.event_log, name="event_log"),
    path("desk/log.csv", event_log.event_log_csv, name="event_log_csv"),
    path("desk/districts.json", review.district_names, name="district_names"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
