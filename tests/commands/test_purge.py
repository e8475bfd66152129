"""``purge``: the operator's way to remove for good; it says what is done and what is not."""

from __future__ import annotations

import sys
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from reports.models import Accession, Article, Purge, User
from reports.search.contract.errors import IndexBusy
from reports.workflow import purge
from reports.workflow.outbox import updating
from tests.factories import ArticleFactory

pytestmark = pytest.mark.django_db(transaction=True)


def run(**options: Any) -> str:
    out = StringIO()
    call_command("purge", stdout=out, **{"by": "管理员甲", "reason": "涉密", **options})
    return out.getvalue()


def test_an_article_goes_and_it_is_said(administrator: User) -> None:
    article = ArticleFactory(published=True)
    assert run(article=article.pk) == f"已彻底删除：报道 {article.pk}。残留已清除。\n"
    assert not Article.objects.exists()
    kept = Purge.objects.get()
    assert (kept.purged_by, kept.reason) == (administrator, "涉密")
    assert kept.is_cleared


def test_a_document_goes_with_its_articles(administrator: User) -> None:
    article = ArticleFactory()
    ArticleFactory(accession=article.accession, ordinal=2)
    assert "上传件" in run(accession=article.accession_id)
    assert not Accession.objects.exists()


def test_given_again_it_finishes_what_was_begun(administrator: User) -> None:
    article = ArticleFactory(published=True)
    purge(article, administrator, "涉密", drain=False)
    assert Purge.objects.pending().exists()
    assert "残留已清除" in run(article=article.pk)


def test_what_is_left_to_clear_is_an_error(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise IndexBusy

    monkeypatch.setattr(updating, "rebuild", fail)
    article = ArticleFactory(published=True)
    with pytest.raises(CommandError, match="update_index"):
        run(article=article.pk)
    assert not Article.objects.exists()
    monkeypatch.undo()
    call_command("update_index", stdout=StringIO())
    assert Purge.objects.get().is_cleared


def test_who_why_and_what_must_be_right(administrator: User, editor: User) -> None:
    article = ArticleFactory()
    for options, message in (
        ({"by": "没有这个人"}, "没有账号"),
        ({"by": editor.username}, "管理员"),
        ({"reason": " "}, "原因"),
        ({"article": article.pk + 1}, "没有这个编号"),
    ):
        with pytest.raises(CommandError, match=message):
            run(**{"article": article.pk, **options})
    with pytest.raises(CommandError):
        run()
    assert Article.objects.get() == article


@pytest.mark.parametrize(("typed", "is_gone"), [("1", False), ("{}", True)])
def test_at_a_terminal_the_number_is_typed(
    administrator: User, monkeypatch: pytest.MonkeyPatch, typed: str, is_gone: bool
) -> None:
    article = ArticleFactory(pk=27)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: typed.format(article.pk))
    if is_gone:
        run(article=article.pk)
    else:
        with pytest.raises(CommandError, match="编号不符"):
            run(article=article.pk)
    assert Article.objects.filter(pk=article.pk).exists() is not is_gone
