"""Pages of a small sweep and of its runs, in a directory whose name tries to be HTML."""

import os
import subprocess
from pathlib import Path

import pytest
from browser import Browser

ENGINE = os.environ["HETSYN_ENGINE"]
NAME = "<img src=x onerror=window.attacked=true> 'ü'"
SWEEP = """task = "dms"
checkpoint = "last"
[set]
model.hidden = [8]
train.iterations = 12
train.iterations_per_epoch = 6
train.batch = 4
train.evaluation_samples = 16
run.threads = 1
[axes]
model.neuron = ["het_lif", "hetsyn_lif"]
train.seed = { from = 0, count = 2 }
[test]
perturb.deletion = [0, 0.4]
"""


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of which one point is missing."""
    folder = tmp_path_factory.mktemp("sweep") / NAME
    file = folder.parent / "sweep.toml"
    file.write_text(SWEEP, encoding="utf-8")
    subprocess.run([ENGINE, "sweep", file, "--out", folder, "--quiet"], check=True)
    next((folder / "points").iterdir()).unlink()
    return folder


def open_report(browser: Browser, page: Path, *runs: Path) -> None:
    subprocess.run([ENGINE, "report", *runs, "--html", page], check=True)
    browser.set_dark(False)
    browser.set_width(1000)
    browser.open(page)


def shown_figures(browser: Browser) -> list[str]:
    return browser.run("report.views.filter((view) => !view.element.hidden).map((view) => view.figure.title)")


def drawn(browser: Browser, title: str) -> int:
    """How many elements a figure has drawn."""
    view = f"report.views.find((view) => view.figure.title === '{title}')"
    return browser.run(f"{view}.element.querySelectorAll('.overplot path').length")


def test_a_sweep(browser: Browser, pages: Path, sweep: Path) -> None:
    open_report(browser, pages / "sweep.html", sweep)
    titles = shown_figures(browser)
    assert titles[:2] == ["accuracy over perturb.deletion", "accuracy over model.neuron"]
    assert len(titles) == 4  # and differences, and learning curves
    for title in titles:
        assert drawn(browser, title) > 0, title
    assert "1 of 8 points have no result" in browser.run("document.querySelector('.notice').textContent")
    assert NAME in browser.run("document.querySelector('.subtitle').textContent")
    browser.save_screenshot(pages / "screenshots" / "sweep.png")


def test_single_values_stand_over_their_bar(browser: Browser, pages: Path, sweep: Path) -> None:
    open_report(browser, pages / "sweep.html", sweep)
    figure = "report.views.find((view) => view.figure.title === 'accuracy over model.neuron').element"
    middles = (
        "[...{}.querySelectorAll('{}')].map((mark) => mark.getBoundingClientRect())"
        ".map((box) => Math.round((box.left + box.right) / 2))"
    )
    bars = set(browser.run(middles.format(figure, ".barlayer .point")))
    points = set(browser.run(middles.format(figure, ".scatterlayer .point")))
    assert len(bars) == 4
    assert all(any(abs(bar - point) <= 1 for bar in bars) for point in points)


def test_several_runs(browser: Browser, pages: Path, sweep: Path) -> None:
    open_report(browser, pages / "runs.html", *(sweep / "models").iterdir())
    titles = shown_figures(browser)
    assert titles[0] == "accuracy (test, best validation epoch) over model.neuron"
    for title in titles:
        assert drawn(browser, title) > 0, title
    browser.save_screenshot(pages / "screenshots" / "runs.png")
