"""The page that ``engine sample --html`` writes."""

import os
import subprocess
from pathlib import Path

import pytest
from browser import Browser


@pytest.mark.parametrize(("task", "panels"), [("dms", ["input"]), ("pattern_generation", ["input", "target"])])
def test_a_sample_of_a_task_is_drawn(task: str, panels: list[str], browser: Browser, pages: Path) -> None:
    page = pages / f"sample-of-{task}.html"
    subprocess.run([os.environ["HETSYN_ENGINE"], "sample", "--task", task, "--html", page], check=True)
    browser.set_dark(False)
    browser.set_width(1000)
    browser.open(page)
    assert browser.run("report.views.map((view) => view.figure.name)") == ["sample"]
    assert browser.run("report.views[0].figure.panels.map((panel) => panel.title)") == panels
    drawn = "document.querySelectorAll('#sample .overplot path, #sample .overplot image, #sample .gl-canvas').length"
    assert browser.run(drawn) > 0
    assert f"{task}: sample 0" in browser.run("document.querySelector('h1').textContent")
    browser.save_screenshot(pages / "screenshots" / f"sample-of-{task}.png")
