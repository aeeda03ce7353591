"""The page in a real browser: no network, no error on the console, nothing to scroll sideways, charts drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carbon_pipeline.page.district import Face, district_page
from tests.page.frames import empty, tiny

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carbon_pipeline.page.figures import District

CHROMIUM = next(
    (path for path in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")) if path.exists()), None
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; `make test` installs it")]
sync_api = pytest.importorskip("playwright.sync_api")


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(("district", "charts"), [(tiny(), 5), (empty(), 0)], ids=["tiny", "empty"])
def test_page__quiet_and_within_its_width(browser: sync_api.Browser, tmp_path: Path, district: District, charts: int, width: int) -> None:
    file = tmp_path / "district.html"
    file.write_text(district_page(district, Face(is_made_up=True)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function(f"document.querySelectorAll('.chart svg').length === {charts}")
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_page__on_paper_nothing_is_cut_off_or_folded(browser: sync_api.Browser, tmp_path: Path) -> None:
    file = tmp_path / "district.html"
    file.write_text(district_page(tiny(), Face()), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(file.as_uri())
    page.wait_for_function("document.querySelectorAll('.chart svg').length === 5")
    page.emulate_media(media="print")
    page.evaluate("document.body.style.width = '700px'")  # a sheet is narrower than the window for which the charts were drawn
    assert page.evaluate("[...document.querySelectorAll('.chart')].filter(c => c.scrollWidth > c.clientWidth).length") == 0
    folded = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(folded)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert (before, page.evaluate(folded)) == (1, 0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(folded) == before
    page.close()
