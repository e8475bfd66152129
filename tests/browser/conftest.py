"""A real browser and a real server. Without Chromium the tests are skipped, in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.wait import WebDriverWait

PASSWORD = "correct horse battery"
_PATIENCE = 20  # seconds; a wait ends as soon as what is waited for is there


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


def _found(*names: str) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


class Walker:
    """A browser with the few steps that the walks are made of."""

    def __init__(self, driver: webdriver.Chrome, address: str, downloads: Path) -> None:
        self.driver = driver
        self.address = address
        self.downloads = downloads

    def open(self, path: str) -> None:
        self.driver.get(self.address + path)

    def find(self, selector: str) -> WebElement:
        return WebDriverWait(self.driver, _PATIENCE).until(
            expected.presence_of_element_located((By.CSS_SELECTOR, selector))
        )

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.all(selector)]

    def follow(self, element: WebElement) -> None:
        """Click what leads to another page, and wait until that page is there."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        self.leave(element.click)

    def leave(self, act: Callable[[], object]) -> None:
        """Do what leads to another page, and wait until that page is there.

        The old page is told by a mark on it: asking for its elements while it goes is not safe.
        """
        self.driver.execute_script("window.isOldPage = true")
        act()
        WebDriverWait(self.driver, _PATIENCE, ignored_exceptions=[WebDriverException]).until(
            lambda driver: driver.execute_script(
                "return !window.isOldPage && document.readyState === 'complete'"
            )
        )

    def link(self, words: str, within: str = "body") -> WebElement:
        return next(a for a in self.all(f"{within} a") if words in a.text)

    def until(self, holds: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, _PATIENCE).until(lambda _: holds())

    def log_in(self, name: str, password: str) -> None:
        self.open("/login/")
        self.find("#id_username").send_keys(name)
        self.find("#id_password").send_keys(password)
        self.follow(self.find("main button[type=submit]"))

    def complaints(self) -> list[str]:
        """What the browser's console holds: refused scripts and styles, missing files, errors."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(scope="session")
def _driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[webdriver.Chrome, Path]]:
    chromium = _found("chromium", "chromium-browser", "google-chrome", "chrome")
    chromedriver = _found("chromedriver")
    if not (chromium and chromedriver):
        line = "Chromium and chromedriver are not installed: the browser tests are not run"
        if os.environ.get("CI"):
            pytest.fail(line)
        pytest.skip(line)
    downloads = tmp_path_factory.mktemp("downloads")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",  # the usual way inside a container, where the tests may run as root
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1440,1000",
        "--lang=zh-CN",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    yield driver, downloads
    driver.quit()


@pytest.fixture
def server(transactional_db: None) -> Iterator[LiveServer]:
    """A server for each test: its threads hold the index of the test they were started in."""
    server = LiveServer("127.0.0.1", start=False)
    # Django's own handler knows no hashed names; WhiteNoise serves the files, as it does in service.
    server.thread.static_handler = lambda application: application
    server.start()
    yield server
    server.stop()


@pytest.fixture
def walker(
    _driver: tuple[webdriver.Chrome, Path], server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walker]:
    monkeypatch.setattr(settings, "ARCHIVE_PUBLIC", True)
    driver, downloads = _driver
    driver.delete_all_cookies()
    driver.get_log("browser")
    yield Walker(driver, server.url, downloads)
    # Leaves the server alone before it is taken down.
    driver.get("about:blank")
