"""What several tests train: a run of the task dms that takes a second."""

from pathlib import Path
from typing import Any

import hetsyn as hs

SMALL_RUN: dict[str, Any] = {
    "model.hidden": [8],
    "model.recurrent": True,
    "train.iterations": 24,
    "train.iterations_per_epoch": 6,
    "train.batch": 4,
    "train.evaluation_samples": 16,
}
ENGINE = Path(hs.__file__).parent / "bin" / "engine"
