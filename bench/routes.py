"""``python -m bench.routes``: through how many files three requests lead anyone who follows them in the code.

A move is a call from a function in one file of ``reports/`` or ``archive/`` to a function in another; frames
of libraries between the two are passed over, so that no decorator hides a move. *Moves* counts every call,
*different moves* counts each pair of functions once. Each route runs once before it is counted, so that lazy
loading does not count. No module of the archive is named here, so the packages may be rearranged.
"""

import io
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_OURS = tuple(f"{Path(__file__).resolve().parents[1] / folder}{os.sep}" for folder in ("reports", "archive"))
_PAGE = """晚灯照亮窗口
余杭区把办事窗口开到夜里
本报记者 顾一舟

{}年5月6日，余杭区启动“晚灯计划”。

一张清单
哪些事项能在晚间办，写成一张清单。晚间办结1840件。
"""


def follow(call: Callable[[], Any]) -> tuple[Any, set[str], Counter[tuple[CodeType, CodeType]]]:
    """What ``call`` returns, the files it enters, and its moves by pair of functions."""
    files: set[str] = set()
    moves: Counter[tuple[CodeType, CodeType]] = Counter()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code, caller = frame.f_code, frame.f_back
        # RESUME has the argument 0 where a function begins, and another where a generator goes on.
        if event == "call" and code.co_filename.startswith(_OURS) and not code.co_code[frame.f_lasti + 1] & 3:
            files.add(code.co_filename)
            while caller and not caller.f_code.co_filename.startswith(_OURS):
                caller = caller.f_back
            if caller and caller.f_code.co_filename != code.co_filename:
                moves[caller.f_code, code] += 1

    sys.setprofile(note)
    try:
        return call(), files, moves
    finally:
        sys.setprofile(None)


def main(data: str) -> None:
    for name in ("DATABASE_URL", "SEARCH_URL", "ARCHIVE_PATH", "HTTPS"):
        os.environ.pop(name, None)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "archive.settings", "ARCHIVE_DATA": data, "LOG_LEVEL": "WARNING"}
    os.environ |= {"STATIC_ROOT": f"{data}/static", "ARCHIVE_PUBLIC": "1", "ARCHIVE_BACKGROUND_INDEXING": "0"}
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.files.base import ContentFile
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_samples", stdout=io.StringIO())
    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("bench"))
    routes: dict[str, Any] = {}
    for year in (2023, 2024):  # The second time counts.
        page = ContentFile(_PAGE.format(year).encode(), f"{year}.txt")
        query, upload, publish = "query to HTML", "upload to draft", "publish to index"
        routes[query] = follow(lambda: client.get("/search/", {"q": "党建引领 产业链"}))
        routes[upload] = follow(lambda page=page: client.post("/desk/upload/", {"chosen": page}))
        number = re.findall(r"/desk/review/(\d+)/", routes[upload][0].text)[-1]
        ticked = {"article": f"{number}-1", "act": "all"}
        routes[publish] = follow(lambda ticked=ticked: client.post("/desk/", ticked))
        total = client.get("/search.json", {"q": f"{year}年5月6日"}).json()["total"]
        if routes[query][0].status_code != 200 or total != 1:
            raise SystemExit("a route did not reach its end")
    print("| route | files | moves | different moves |\n|---|---|---|---|")
    for name, (_answer, files, moves) in routes.items():
        print(f"| {name} | {len(files)} | {moves.total()} | {len(moves)} |")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="archive-routes-") as folder:
        main(folder)
