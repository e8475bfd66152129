"""What the style sheets promise: enough contrast in both themes, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "static"
MAIN = (FOLDER / "css/archive.css").read_text("utf-8")
THEMES = {
    "light": MAIN.split(":root {")[1].split("}")[0],
    "dark": MAIN.split(':root[data-theme="dark"] {')[1].split("}")[0],
}


def colours(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", THEMES[theme]))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "sheet", "shade"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "ink-faint", "vermilion"])
def test_every_text_colour_reaches_aa(theme: str, ground: str, text: str) -> None:
    chosen = colours(theme)
    assert contrast(chosen[text], chosen[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_focus_ring_stands_out(theme: str) -> None:
    assert contrast(colours(theme)["focus"], colours(theme)["paper"]) >= 3


def test_the_system_theme_and_the_chosen_one_are_the_same() -> None:
    system = MAIN.split(':root:not([data-theme="light"]) {')[1].split("}")[0]
    assert re.findall(r"--[\w-]+: [^;]+", system) == re.findall(r"--[\w-]+: [^;]+", THEMES["dark"])


@pytest.mark.parametrize("path", [*FOLDER.rglob("*.css"), *FOLDER.rglob("*.js")], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(
        r"(?:https?:)?//[\w.-]+\.\w", re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.S | re.M)
    )
    assert "@import" not in text


@pytest.mark.parametrize("path", [*FOLDER.rglob("*.css")], ids=lambda path: path.name)
def test_every_custom_property_is_defined(path: Path) -> None:
    text = path.read_text("utf-8")
    defined = set(re.findall(r"(--[\w-]+):", MAIN + text))
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= defined
