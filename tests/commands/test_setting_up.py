"""What `make run` calls: districts, samples, first admin; each says what it did, and can come again."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.models import Accession, Article, District, Initiative, User
from reports.models.article import State
from reports.search.indexing.status import status
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db


def run(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def test_gazetteer() -> None:
    assert run("load_gazetteer").startswith("新增区划3")
    count = District.objects.count()
    assert run("load_gazetteer") == f"新增区划0个，已有{count}个。\n"


def test_first_admin_sees_the_password_once() -> None:
    printed = run("create_first_admin")
    password = printed.partition("一次性密码：")[2].split()[0]
    assert User.objects.get(username="admin").check_password(password)
    assert run("create_first_admin") == "已有管理员账号，未作改动。\n"


def test_name_of_someone_else_is_told() -> None:
    User.objects.create_user("admin")
    with pytest.raises(CommandError, match="不是管理员"):
        run("create_first_admin")


class TestSamples:
    def test_show_every_facet_at_the_first_search(self) -> None:
        run("load_samples")
        samples = Article.objects.samples().filter(state=State.PUBLISHED)
        assert samples.count() == Article.objects.count() >= 24
        assert samples.values("district").exclude(district=None).distinct().count() >= 8
        assert samples.values("year").exclude(year=None).distinct().count() >= 5
        recurring = [
            initiative
            for initiative in Initiative.objects.all()
            if initiative.mentions.values("article__district").distinct().count() > 1
        ]
        assert len(recurring) >= 10
        assert status().engine.indexed == samples.count()

    def test_go_without_a_trace(self) -> None:
        run("load_samples")
        count = Article.objects.count()
        assert run("remove_samples") == f"已移除示例报道{count}篇。\n"
        assert not Article.objects.exists()
        assert not Accession.objects.exists()
        assert not Initiative.objects.exists()
        assert status().engine.indexed == 0
        assert run("remove_samples") == "档案中没有示例报道。\n"

    def test_come_into_an_empty_archive_only(self) -> None:
        ArticleFactory()
        assert run("load_samples") == "档案中已有报道，未装入示例。\n"
        assert Article.objects.count() == 1
        run("load_samples", force=True)
        assert Article.objects.samples().count() >= 24
        run("remove_samples")
        assert Article.objects.count() == 1
