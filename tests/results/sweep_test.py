"""A small sweep, collected in two parts, and counts of parameters: sweep_test.py ENGINE."""
import re
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
PROTOCOLS = SWEEP.partition("[axes]")[0].replace('"last"', '"best"') + """[axes]
train.protocol = ["held_out", "paper"]
train.seed = { from = 0, count = 2 }
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

    def test_both_protocols_stand_in_one_table(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "protocols.toml").write_text(PROTOCOLS, encoding="utf-8")
            subprocess.run([ENGINE, "sweep", "protocols.toml", "--out", "protocols", "--quiet"], cwd=folder, check=True)
            found = collect.sweep_rows(folder / "protocols", {"epochs": "accuracy"}, ENGINE)
            program = [sys.executable, "-B", ROOT / "docs/results/scripts/results.py", ROOT, "--engine", ENGINE]
            shown = subprocess.run([*program, "table", folder / "protocols"], check=True, capture_output=True, text=True).stdout
        self.assertEqual([row["epoch.last"] for row in found], ["2"] * 4)
        for row in found:
            held_out = row["train.protocol"] == "held_out"
            self.assertEqual(row["selected_on"], "validation split" if held_out else "test set")
            self.assertGreaterEqual(float(row["test.best_test"]), float(row["test.last"]))
            selected = row["test.best_validation"] if held_out else row["test.best_test"]
            self.assertEqual(row["metric.accuracy"], selected)  # what the checkpoint of the protocol gives
        for names in ("held_out | validation split", "paper | test set"):
            self.assertRegex(shown, rf"\| {re.escape(names)} \| HetSynLIF \| 2 \|( [\d.]+ ± [\d.]+ \|){{3}}")

    def test_networks_have_the_parameters_of_table_3(self):
        for row in count.count_rows(ENGINE, ROOT):
            self.assertEqual(row["hidden"], row["published"], row)

    def test_another_folder_is_refused(self):
        with self.assertRaisesRegex(collect.NotASweep, "is not a sweep directory"):
            collect.sweep_rows("/", {}, ENGINE)


if __name__ == "__main__":
    unittest.main()
