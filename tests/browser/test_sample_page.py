"""What a reader can do with every kind of figure, on the page that sample_page.cpp writes."""

import csv
import io
from pathlib import Path

import pytest
from browser import Browser


@pytest.fixture
def page(browser: Browser, pages: Path) -> Browser:
    browser.set_dark(False)
    browser.set_width(1000)
    browser.open(pages / "sample.html")
    return browser


def ink(browser: Browser, name: str) -> int:
    """How many elements or pictures a figure has drawn in its panels."""
    return browser.run(
        f"document.querySelectorAll('#{name} .overplot path, #{name} .overplot image, #{name} .gl-canvas').length"
    )


def view(name: str) -> str:
    return f"report.views.find((view) => view.figure.name === '{name}')"


def test_every_figure_is_drawn(page: Browser, pages: Path) -> None:
    names = page.run("report.views.filter((view) => !view.element.hidden).map((view) => view.figure.name)")
    assert names == ["curves", "confusion", "histogram", "bars", "sample-0"]
    for name in names:
        assert ink(page, name) > 0, name
    page.save_screenshot(pages / "screenshots" / "sample.png")


def test_a_hundred_thousand_spikes_are_drawn_and_zoomed_at_once(page: Browser) -> None:
    trace = f"{view('sample-0')}.canvas.data[0]"
    assert page.run(f"{trace}.x.length") == 100000
    assert page.run(f"{trace}.type") == "scattergl"
    milliseconds = page.wait_for(
        f"(async () => {{ const start = performance.now(); await {view('sample-0')}.zoom(0.5); "
        "return performance.now() - start; })()"
    )
    assert milliseconds < 10000  # a frozen page takes longer than any busy machine


def test_names_that_try_to_be_html_are_text(page: Browser) -> None:
    assert "</script><script>" in page.run("document.querySelector('h1').textContent")
    assert page.run("document.querySelectorAll('img').length") == 0
    labels = page.run("[...document.querySelectorAll('#confusion .xtick text')].map((text) => text.textContent)")
    assert any("</script>" in label for label in labels)
    assert page.run("document.documentElement.scrollWidth") <= 1000


def test_legend_hides_and_shows_a_series(page: Browser) -> None:
    box = page.run("document.querySelector('#curves .legend input')")
    visible = f"{view('curves')}.canvas.data[0].visible"
    box.click()
    assert page.run(visible) is False
    box.click()
    assert page.run(visible) is True


def test_zoom_and_reset(page: Browser) -> None:
    span = f"(([a, b]) => b - a)({view('curves')}.canvas._fullLayout.xaxis.range)"
    buttons = {button.text: button for button in page.run("[...document.querySelectorAll('#curves button')]")}
    before = page.run(span)
    buttons["+"].click()
    assert page.run(span) == pytest.approx(before / 2)
    buttons["Reset"].click()
    assert page.run(span) == pytest.approx(before)


def test_axes_become_logarithmic_and_linear(page: Browser) -> None:
    kind = f"{view('histogram')}.canvas._fullLayout.xaxis.type"
    button = next(b for b in page.run("[...document.querySelectorAll('#histogram button')]") if b.text == "log x")
    assert (page.run(kind), button.get_attribute("aria-pressed")) == ("log", "true")
    button.click()
    assert (page.run(kind), button.get_attribute("aria-pressed")) == ("linear", "false")
    assert page.run("[...document.querySelectorAll('#sample-0 button')].every((b) => b.textContent !== 'log x')")


def test_hover_shows_values_with_their_unit(page: Browser) -> None:
    text = f"{view('curves')}.canvas.data.find((trace) => trace.meta === 'validation loss' && trace.text).text[0]"
    assert page.run(text) == "validation loss<br>epoch: 1<br>loss: 1.0978 nat [0.91484, 1.2808]"
    page.wait_for(f"Promise.resolve(Plotly.Fx.hover({view('curves')}.canvas, [{{curveNumber: 0, pointNumber: 3}}]))")
    assert "epoch: 4" in page.run("document.querySelector('#curves .hovertext').textContent")


def test_csv_has_all_values(page: Browser) -> None:
    rows = list(csv.reader(io.StringIO(page.run(f"csvOf({view('curves')}.figure)"))))
    assert rows[0] == ["series", "epoch", "loss (nat)", "low", "high", "note"]
    assert len(rows) == 1 + 3 * 40
    assert float(rows[1][2]) == pytest.approx(0.9148374, rel=1e-6)
    gap = next(row for row in rows if row[-1] == "note 5")
    assert gap[2] == ""
    grid = list(csv.reader(io.StringIO(page.run(f"csvOf({view('confusion')}.figure)"))))
    assert ["samples", "zero", "zero", "9"] in [
        [row[0].split(":")[0], row[1], row[2], row[0].split(": ")[1]] for row in grid[1:]
    ]


@pytest.mark.parametrize(("kind", "start"), [("svg", "data:image/svg+xml"), ("png", "data:image/png;base64")])
def test_pictures(page: Browser, kind: str, start: str) -> None:
    for name in ("curves", "confusion", "histogram", "bars", "sample-0"):
        picture = page.wait_for(f"{view(name)}.image('{kind}')")
        assert picture.startswith(start)
        assert len(picture) > 5000, name


def test_table_behind_a_figure(page: Browser) -> None:
    page.run("document.querySelector('#bars summary')").click()
    page.wait_for("new Promise((done) => setTimeout(done, 200))")
    rows = page.run("[...document.querySelectorAll('#bars details tr')].map((row) => row.innerText.split('\\t'))")
    assert [cell.strip() for cell in rows[1]] == ["accuracy", "het_lif", "0.8", "0.7", "0.85", ""]
    assert [cell.strip() for cell in rows[3]] == ["runs", "het_lif", "0.75", "", "", "seed 0"]


def test_one_of_several_samples_is_chosen(page: Browser) -> None:
    page.run(
        "(() => { const select = document.querySelector('.choice select'); select.value = '1'; "
        "select.dispatchEvent(new Event('change')); })()"
    )
    page.wait_for("report.drawAll()")
    assert page.run("document.getElementById('sample-0').hidden")
    assert ink(page, "sample-1") > 0


def test_colours_follow_the_system_and_the_reader(page: Browser, pages: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    paper = f"{view('curves')}.canvas._fullLayout.paper_bgcolor"
    light = page.run(background), page.run(paper)
    page.set_dark(True)
    page.wait_for("new Promise((done) => setTimeout(done, 300))")
    dark = page.run(background), page.run(paper)
    assert light[0] != dark[0] and light[1] != dark[1]
    page.save_screenshot(pages / "screenshots" / "sample-dark.png")
    page.run(
        "(() => { const select = document.getElementById('theme'); select.value = 'light'; "
        "select.dispatchEvent(new Event('change')); })()"
    )
    page.wait_for("new Promise((done) => setTimeout(done, 300))")
    assert (page.run(background), page.run(paper)) == light


@pytest.mark.parametrize("width_px", [320, 600])
def test_narrow_window(page: Browser, pages: Path, width_px: int) -> None:
    page.set_width(width_px)
    page.wait_for("new Promise((done) => setTimeout(done, 500))")
    assert page.run("document.documentElement.scrollWidth") <= width_px
    assert page.run(f"{view('curves')}.canvas._fullLayout.width") <= width_px
    page.save_screenshot(pages / "screenshots" / f"sample-{width_px}.png")


def test_every_control_can_be_reached_and_has_a_name(page: Browser) -> None:
    unnamed = page.run(
        "[...document.querySelectorAll('button, select, input, [role=img], [role=region]')].filter((element) => "
        "!element.getAttribute('aria-label') && !element.labels?.length).map((element) => element.outerHTML)"
    )
    assert unnamed == []
    assert page.run(
        "[...document.querySelectorAll('button, select, input')].every((control) => control.tabIndex === 0)"
    )


def test_print(page: Browser, pages: Path) -> None:
    page.set_dark(True)
    pdf = page.print_pdf()
    (pages / "screenshots" / "sample.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") >= 2


def test_reader_without_a_network(pages: Path) -> None:
    text = (pages / "sample.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "Permission is hereby granted" in text  # Plotly.js's licence
    assert len(text) < 2.2e6
