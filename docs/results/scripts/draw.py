"""Draws figures as SVG files with what draws them in reports: figure.js, page.js and Plotly.js, in headless Chromium."""
import base64
import gzip
import json
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<meta charset="utf-8">
<style>{style}</style>
<main id="page"></main>
<script type="text/plain" id="content">{content}</script>
<script type="text/plain" id="plotly">{plotly}</script>
<script>{script}</script>
"""


def text_of(data):
    return base64.b64encode(data).decode()


def page_of(root, figures):
    """A page that has the figures, like one of engine report --html."""
    html = root / "engine/report/html"
    plotly = root / "build/release/engine/report/plotly/plotly.min.js.gz"  # as the build has fetched it
    content = {"title": "", "subtitle": "", "notices": [],
               "sections": [{"title": "", "text": [], "tables": [], "figures": figures}]}
    return PAGE.format(style=(html / "page.css").read_text(encoding="utf-8"),
                       content=text_of(gzip.compress(json.dumps(content).encode())), plotly=text_of(plotly.read_bytes()),
                       script="".join((html / name).read_text(encoding="utf-8") for name in ("figure.js", "page.js")))


def stable(svg):
    """Plotly names the parts of a picture by random numbers; the same data are to give the same file."""
    return re.sub(r"(clip|defs-|legend|trace)[0-9a-f]{6}(?=\W|[xy])", r"\g<1>000000", svg) + "\n"


def draw(root, figures, folder):
    sys.path.insert(0, str(root / "tests/browser"))
    from browser import opened_browser  # the one part that needs Selenium
    with tempfile.TemporaryDirectory() as temporary, opened_browser() as browser:
        file = Path(temporary) / "figures.html"
        file.write_text(page_of(root, figures), encoding="utf-8")
        browser.open(file)
        for place, figure in enumerate(figures):
            url = browser.wait_for(f"report.views[{place}].image('svg')")
            (folder / f"{figure['name']}.svg").write_text(stable(unquote(url.partition(",")[2])), encoding="utf-8")
