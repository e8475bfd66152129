"""A small archive with something of everything, and all that can be said of one, to compare two by.

``python -m tests.operations.stage fill`` makes it in ARCHIVE_DATA; ``… describe`` prints JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core import signing  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from reversion.models import Version  # noqa: E402

from reports import workflow  # noqa: E402
from reports.models import Article, Initiative, Synonym, User  # noqa: E402
from reports.search import search  # noqa: E402
from reports.search.request import Scope, SearchRequest  # noqa: E402
from reports.workflow.account_roles import ADMIN, EDITOR, READER, ensure_roles, grant  # noqa: E402
from reports.workflow.dictionaries.entries import save_entry  # noqa: E402
from tests.receiving import imported, received  # noqa: E402

PASSWORD = "山路十八弯 水路九连环"
ROLES = {"管理员甲": ADMIN, "编辑甲": EDITOR, "读者甲": READER}
PURGED = "不该收录的一版"
WORDS = (
    "党建",
    "社区",
    "项目",
    "工程",
    "产业链",
    "村",
    "灯",
    "2021",
    "红",
    "人",
    "12345",
    "居民",
    "服务",
    "水",
)
FORMS = ("{}", '"{}"', "{}*", "标题:{}", "-{}", "{} 区", "{} 或 会")


def fill() -> None:
    ensure_roles()
    people = {}
    for name, role in ROLES.items():
        people[role] = User.objects.create_user(name, password=PASSWORD)
        grant(people[role], role)
    workflow.load_samples(Path(settings.BASE_DIR) / "samples")
    _import_zip(people[EDITOR])
    edited = Article.objects.published().order_by("pk")
    for number, article in enumerate(edited[:6]):
        content = workflow.content_of(article)
        workflow.edit(article, replace(content, deck=f"第{number}次改过的副题"), people[EDITOR])
    workflow.withdraw(edited[6], reason="内容有误", by=people[EDITOR])
    save_entry(Synonym(term="渡口", expansions="码头"), people[EDITOR])
    purged = Article.objects.get(headline__contains=PURGED)
    workflow.purge(purged, people[ADMIN], "含有个人隐私")
    # Bytes that cannot be read as a document are kept all the same.
    received(b"\x00\x01\x02\x03" * 50, "坏的.txt", people[EDITOR])
    Client().force_login(people[READER])  # a session
    # What was edited or withdrawn weighs in scores until its segment is written anew, as in a restored index.
    workflow.rebuild_index()
    token = signing.dumps("签过名的")
    (Path(settings.ARCHIVE_DATA) / "token").write_text(token)


def _import_zip(by: User) -> None:
    """Drafts in a zip, one of which is removed again; its zip goes with it."""
    for name, titles in (("甲.zip", ("山脚下的晒场", "渡口的新灯")), ("乙.zip", (PURGED, "留下的一版"))):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for title in titles:
                archive.writestr(
                    f"{title}.txt", f"{title}\n\n清早的雾还没散，村里的人已经到齐，说的是{title}。\n" * 2
                )
        path = Path(settings.ARCHIVE_DATA) / name
        path.write_bytes(buffer.getvalue())
        imported([path], by)
        path.unlink()


def describe(token: str) -> dict[str, Any]:
    return {
        "searches": [_answer(request) for request in _requests()],
        "originals": _originals(),
        "history": [
            [
                version.object_repr,
                version.serialized_data,
                version.revision.comment,
                str(version.revision.user),
            ]
            for version in Version.objects.order_by("pk")
        ],
        "rows": _rows(),
        "accounts": [_account(user) for user in User.objects.order_by("username")],
        "groups": {group.name: _names(group.permissions) for group in Group.objects.order_by("name")},
        "signed": signing.loads(token),
        "sessions": _count("django_session"),
    }


def _requests() -> list[SearchRequest]:
    words = [SearchRequest(q=form.format(word), page_size=50) for word in WORDS for form in FORMS]
    slugs = Initiative.objects.order_by("slug").values_list("slug", flat=True)[:4]
    return [
        *words,
        SearchRequest(),
        SearchRequest(q="区", scope=Scope.SECTION, page_size=50),
        *(SearchRequest(refinements={"initiative": (slug,)}, page_size=50) for slug in slugs),
    ]


def _answer(request: SearchRequest) -> dict[str, Any]:
    """What /search.json answers, but for the time it took and the number of the index's commit."""
    answer = search(request).as_json()
    return {name: value for name, value in answer.items() if name not in ("took_ms", "index_version")}


def _originals() -> dict[str, str]:
    root = Path(settings.ARCHIVE_ORIGINALS)
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _rows() -> dict[str, str]:
    """A digest of all rows of each table, but for those that a restoration rightly changes."""
    digests = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in ("django_session",):
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                digests[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return digests


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def _account(user: User) -> list[object]:
    return [user.username, user.check_password(PASSWORD), user.is_staff, sorted(user.get_all_permissions())]


def _names(permissions: Any) -> list[str]:
    return sorted(permissions.values_list("codename", flat=True))


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill()
    else:
        json.dump(describe(sys.argv[2]), sys.stdout, ensure_ascii=False, default=str)
