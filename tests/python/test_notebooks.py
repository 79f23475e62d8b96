"""The notebooks of docs/notebooks run, and are kept with their plots."""

import os
from pathlib import Path

import pytest

nbclient = pytest.importorskip("nbclient", reason="needs nbclient")
nbformat = pytest.importorskip("nbformat", reason="needs nbformat")
pytest.importorskip("ipykernel", reason="needs ipykernel")
pytest.importorskip("matplotlib", reason="needs matplotlib")

FOLDER = Path(os.environ["HETSYN_SOURCE"]) / "docs" / "notebooks"
NEEDS = {"torch_layer": "torch"}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.ipynb")), ids=lambda file: file.stem)
def test_a_notebook_runs(file: Path) -> None:
    if file.stem in NEEDS:
        pytest.importorskip(NEEDS[file.stem], reason=f"needs {NEEDS[file.stem]}")
    assert file.stat().st_size < 200_000
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    kept = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in kept)
    where = {"metadata": {"path": str(FOLDER)}}
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources=where).execute()  # raises on errors
