"""Pages of single runs: a classification, a regression, and a run that was interrupted."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from browser import TIMEOUT_S, Browser

ENGINE = os.environ["HETSYN_ENGINE"]
CONFIGS = Path(os.environ["HETSYN_SOURCE"]) / "configs"
SMALL = ["train.iterations_per_epoch=6", "train.batch=4", "train.evaluation_samples=8", "run.threads=1"]


def training(task: str, folder: Path, *settings: str) -> list[str]:
    """The command that trains a small network."""
    sets = [part for each in (*SMALL, *settings) for part in ("--set", each)]
    return [ENGINE, "--task", task, "--config", str(CONFIGS / f"{task}.toml"), "--out", str(folder), "--quiet", *sets]


def open_report(browser: Browser, run: Path, page: Path) -> None:
    subprocess.run([ENGINE, "report", run, "--html", page], check=True)
    browser.set_dark(False)
    browser.set_width(1000)
    browser.open(page)


def empty_figures(browser: Browser) -> list[str]:
    """The shown figures in which nothing is drawn."""
    return browser.run(
        "report.views.filter((view) => !view.element.hidden && "
        "!view.element.querySelector('.overplot path, .overplot image, .gl-canvas')).map((view) => view.figure.name)"
    )


def sections(browser: Browser) -> list[str]:
    return browser.run("[...document.querySelectorAll('h2')].map((heading) => heading.textContent)")


@pytest.mark.parametrize("task", ["dms", "pattern_generation"])
def test_a_run(browser: Browser, pages: Path, tmp_path: Path, task: str) -> None:
    settings = ["train.iterations=12", "run.snapshot_every_epochs=1", "run.report=true"]
    subprocess.run(training(task, tmp_path / task, *settings), check=True)
    assert (tmp_path / task / "report.html").exists()
    open_report(browser, tmp_path / task, pages / f"{task}.html")
    for wanted in (
        "The run",
        "Results",
        "Learning curves",
        "Decisions",
        "Activity in single samples",
        f"Plots of the task {task}",
        "Time constants",
        "Weights against time constants",
        "Drift of time constants",
        "Operations of an inference",
        "Configuration",
    ):
        assert wanted in sections(browser), wanted
    assert empty_figures(browser) == []
    browser.save_screenshot(pages / "screenshots" / f"{task}.png")
    browser.set_width(400)
    browser.wait_for("new Promise((done) => setTimeout(done, 500))")
    assert browser.run("document.documentElement.scrollWidth") <= 400
    assert browser.print_pdf().startswith(b"%PDF")


def test_a_run_that_was_interrupted(browser: Browser, pages: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(training("dms", run, "train.iterations=100000"))
    deadline = time.monotonic() + TIMEOUT_S
    while not ((run / "metrics.jsonl").exists() and (run / "metrics.jsonl").stat().st_size > 0):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(TIMEOUT_S) == 130
    open_report(browser, run, pages / "interrupted.html")
    assert "interrupted" in browser.run("document.querySelector('.notice').textContent")
    assert empty_figures(browser) == []
    browser.save_screenshot(pages / "screenshots" / "interrupted.png")
