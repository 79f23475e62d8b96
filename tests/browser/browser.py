"""Headless Chromium that shows a report, driven by Selenium."""

from __future__ import annotations

import argparse
import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

PROGRAM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
TIMEOUT_S = 120  # for a machine that is busy with other tests


class Browser:
    """A window in which one report is shown."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        driver.set_script_timeout(TIMEOUT_S)
        driver.execute_cdp_cmd("Network.enable", {})

    def open(self, page: Path) -> None:
        """Shows a page and draws all its figures."""
        self.driver.get(page.resolve().as_uri())
        WebDriverWait(self.driver, TIMEOUT_S).until(lambda d: d.execute_script("return !!window.report"))
        self.wait_for("report.drawAll()")

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a JavaScript expression; arguments are arguments[0], …"""
        return self.driver.execute_script(f"return {script}", *arguments)

    def wait_for(self, promise: str, *arguments: Any) -> Any:
        """The value of a promise, the value of a JavaScript expression. Raises RuntimeError if it is rejected."""
        outcome = self.driver.execute_async_script(
            f"const done = arguments[arguments.length - 1];"
            f"({promise}).then((value) => done([value ?? null, null]), (error) => done([null, String(error)]))",
            *arguments,
        )
        if outcome[1] is not None:
            raise RuntimeError(outcome[1])
        return outcome[0]

    def errors(self) -> list[str]:
        """Errors and refused requests since the last call, as the console has them."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def set_dark(self, dark: bool) -> None:
        """What the system's colours are."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def set_width(self, width_px: int) -> None:
        """The window's width, which may be less than that of a desktop's smallest window."""
        metrics = {"width": width_px, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def save_screenshot(self, file: Path, element: str = "html", height_px: int = 16000) -> None:
        """The whole page, or the first element that a selector finds, as PNG; not higher than height_px."""
        x, y, width, height = self.run(
            "(({x, y, width, height}) => [x + scrollX, y + scrollY, width, height])"
            "(document.querySelector(arguments[0]).getBoundingClientRect())",
            element,
        )
        clip = {"x": x, "y": y, "width": width, "height": min(height, height_px), "scale": 1}
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        file.write_bytes(base64.b64decode(shot["data"]))

    def print_pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])


@contextmanager
def opened_browser(width_px: int = 1000) -> Iterator[Browser]:
    """Starts a browser, and ends it."""
    options = webdriver.ChromeOptions()
    options.binary_location = PROGRAM or ""
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-dev-shm-usage",
        "hide-scrollbars",
        "enable-unsafe-swiftshader",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        browser = Browser(driver)
        browser.set_width(width_px)
        yield browser
    finally:
        driver.quit()


if __name__ == "__main__":  # a screenshot of a report, as docs/reports.md has them
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--element", default="html", help="a CSS selector (default: the whole page)")
    parser.add_argument("--height", type=int, default=16000, help="in pixels, at most")
    arguments = parser.parse_args()
    with opened_browser() as window:
        window.open(arguments.page)
        window.save_screenshot(arguments.picture, arguments.element, arguments.height)
