"""A small sweep, collected in two parts, and counts of parameters: sweep_test.py ENGINE."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs/results/scripts"))
import collect
import count
import rows

ENGINE = sys.argv.pop()
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
model.recurrent = [false, true]
train.seed = { from = 0, count = 2 }
[test]
perturb.deletion = [0, 0.4]
"""
WANTED = {"curve": "accuracy", "criterion": "accuracy>=0.0", "window": 6, "groups": "cue=0-19,noise=20-29", "tau": True, "bins": 8}


class Sweep(unittest.TestCase):
    def run_seeds(self, folder, seeds):
        command = [ENGINE, "sweep", "some.toml", "--out", f"seeds{seeds}", "--seeds", seeds, "--quiet"]
        subprocess.run(command, cwd=folder, check=True)
        return collect.sweep_rows(folder / f"seeds{seeds}", WANTED, ENGINE)

    def test_two_parts_make_the_whole(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "some.toml").write_text(SWEEP, encoding="utf-8")
            first, second = self.run_seeds(folder, "0-0"), self.run_seeds(folder, "1-1")
        found = rows.merge(first, second)
        self.assertEqual(len(found), 8)
        networks = [row for row in found if "curve" in row]  # once for each network, not for its damage
        self.assertEqual(len(networks), 4)
        for row in networks:
            self.assertRegex(row["curve"], r"^6:[\d.]+ 12:[\d.]+$")
            self.assertEqual(row["criterion_step"], "6")  # any accuracy will do, after the first window
            self.assertEqual(row["protocol"], "held_out")
            counts = sum(int(count) for count in row["tau.hidden1.r.histogram"].split())
            self.assertLessEqual(counts, 30 * 8)
            self.assertGreater(float(row["tau.hidden1.r.cue.median_ms"]), 0)
        self.assertEqual({row["train.seed"] for row in found}, {"0", "1"})

    def test_networks_have_the_parameters_of_table_3(self):
        for row in count.count_rows(ENGINE, ROOT):
            self.assertEqual(row["hidden"], row["published"], row)

    def test_another_folder_is_refused(self):
        with self.assertRaisesRegex(collect.NotASweep, "is not a sweep directory"):
            collect.sweep_rows("/", {}, ENGINE)


if __name__ == "__main__":
    unittest.main()
