"""Clients with a role, and documents of our own writing that stand published and searchable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reports import workflow
from reports.models import Article, User
from tests.receiving import drafted

PAGE = """夜里也亮着的窗口
河湾区把办事窗口开到下班以后
本报记者 顾一舟

下班后的服务大厅照样有人值守，河湾区把这件事叫作“晚灯计划”。

窗口跟着人走
白天上班的人，办事只能请假。区里把窗口的开放时间往后推了三个小时。
一年下来，晚间办结事项 1840 件。

一张清单管到底
哪些事项能在晚间办，写成一张清单，贴在门口，也贴在网上。
"""


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    settings.ARCHIVE_PUBLIC = True


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def draft(editor: User) -> Article:
    return drafted(PAGE.encode(), "晚灯 计划.txt", editor)[0]


@pytest.fixture
def published(
    draft: Article, editor: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> Article:
    """Published and in the index."""
    with django_capture_on_commit_callbacks(execute=True):
        return workflow.publish(draft, editor)


def text_file(name: str, text: str | bytes = PAGE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "text/plain")
