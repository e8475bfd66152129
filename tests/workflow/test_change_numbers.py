"""``change_number`` of an article never falls, whatever writes it: the database refuses."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from reports.models import Article
from reports.models.article import State
from tests import factories as f

pytestmark = pytest.mark.django_db


def test_the_number_rises_and_stays() -> None:
    article = f.ArticleFactory(change_number=3)
    for number in (3, 4, 9):
        Article.objects.filter(pk=article.pk).update(change_number=number)
    Article.objects.filter(pk=article.pk).update(source="余江日报")
    assert Article.objects.get(pk=article.pk).change_number == 9


def test_the_number_does_not_fall() -> None:
    article = f.ArticleFactory(change_number=3)
    with pytest.raises(IntegrityError, match="只能增大"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(change_number=2)
    with pytest.raises(IntegrityError, match="只能增大"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(state=State.IN_REVIEW, change_number=0)
    assert Article.objects.get(pk=article.pk).change_number == 3


def test_the_rule_is_renewed_by_every_migration() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite drops triggers when a table is written anew")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER reports_article_number_rises")
    call_command("migrate", verbosity=0)
    article = f.ArticleFactory(change_number=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(change_number=2)
