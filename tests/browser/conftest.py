"""The browser that all tests of pages share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, opened_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser window of 1000 pixels, light."""
    with opened_browser() as browser:
        yield browser


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: the console has no error, no request has left the page, no name of a run was read as HTML."""
    yield
    if "browser" in request.fixturenames:
        used: Browser = request.getfixturevalue("browser")
        assert used.errors() == []
        assert used.run("!window.attacked")
        assert used.run("performance.getEntriesByType('resource').length") == 0


@pytest.fixture(scope="session")
def pages() -> Path:
    """Where pages and their screenshots are written."""
    folder = Path(os.environ["HETSYN_PAGES"])
    (folder / "screenshots").mkdir(parents=True, exist_ok=True)
    return folder
