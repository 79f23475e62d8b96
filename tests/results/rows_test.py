"""Rows merge by their settings, and tables say of them what they should."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "docs/results/scripts"))
import collect
import conditions
import figures
import measures
import page
import rows


def row(seed, accuracy, **more):
    return {"model.neuron": "hom_lif", "neuron": "hom_lif", "train.seed": str(seed), "metric.accuracy": str(accuracy), **more}


class Rows(unittest.TestCase):
    def test_a_row_replaces_the_one_with_its_settings(self):
        merged = rows.merge([row(0, 0.5), row(1, 0.6)], [row(1, 0.7), row(2, 0.8)])
        self.assertEqual([each["metric.accuracy"] for each in merged], ["0.5", "0.7", "0.8"])

    def test_a_setting_that_is_absent_is_an_empty_one(self):
        # Files have a column where one of the sweep's points has the setting.
        self.assertEqual(rows.identity(row(0, 1)), rows.identity(row(0, 1, **{"perturb.replace_tau_in": ""})))

    def test_files_come_back_as_they_were_and_ordered(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "data" / "some.csv"
            rows.write(file, [row(10, 0.5, data="a, b"), row(9, 0.25)])
            first = file.read_text(encoding="utf-8")
            self.assertEqual([each["train.seed"] for each in rows.read(file)], ["9", "10"])
            self.assertEqual(rows.read(file)[1]["data"], "a, b")
            rows.write(file, rows.read(file))
            self.assertEqual(file.read_text(encoding="utf-8"), first)


class Measures(unittest.TestCase):
    def test_draws_are_averaged_before_seeds(self):
        # Three draws of damage to seed 0 count as one value: the mean is that of 0.2 and 0.8.
        some = [row(0, value) for value in (0.1, 0.2, 0.3)] + [row(1, 0.8)]
        self.assertEqual(measures.mean(some, "metric.accuracy", digits=2), "0.50 ± 0.42")
        self.assertEqual(measures.count(some), 2)

    def test_differences_are_paired_by_seed(self):
        # Seeds 0, 1 and 2 differ by 0.1, 0.2 and 0.3; seed 3 has no partner. t of two degrees of freedom is 4.303.
        some = [row(seed, 0.5) for seed in range(4)]
        some += [row(seed, 0.6 + 0.1 * seed, **{"model.neuron": "het_lif", "neuron": "het_lif"}) for seed in range(3)]
        pair = {"of": {"model": "HetNeuLIF"}, "less": {"model": "HomNeuLIF"}}
        self.assertEqual(measures.measure(some, {"difference": "metric.accuracy", "scale": 100, **pair}), "+20.0 [-4.8, 44.8]")
        self.assertEqual(measures.difference(some[:4], "metric.accuracy", **pair), "–")

    def test_success_is_a_fraction_of_seeds(self):
        some = [row(seed, value) for seed, value in enumerate((0.5, 0.9, 0.95, 0.89))]
        self.assertEqual(measures.success(some, "metric.accuracy>=0.9"), "50 %")
        self.assertEqual(measures.success(some, "metric.accuracy<=0.5"), "25 %")

    def test_seeds_that_never_reach_a_criterion_are_told(self):
        some = [row(seed, 1, criterion_step=step) for seed, step in enumerate(("120", "", "160", "140"))]
        self.assertEqual(measures.median(some, "criterion_step"), "150 (1 never)")  # of 120, 140, 160 and never
        self.assertEqual(measures.median(some[:2], "criterion_step"), "– (1 never)")

    def test_a_burst_in_one_network_is_not_in_the_median_curve(self):
        some = [row(seed, 1, curve=curve) for seed, curve in enumerate(("10:0.5 20:9", "10:0.7 20:0.8", "10:0.6 20:0.9"))]
        self.assertEqual(measures.median_curve(some), [(10, 0.6), (20, 0.9)])

    def test_nothing_is_a_dash(self):
        self.assertEqual(measures.mean([], "metric.accuracy"), "–")
        self.assertEqual(measures.success([], "metric.accuracy>=0.9"), "–")


class Tables(unittest.TestCase):
    TABLE = {"caption": "Accuracy:", "rows": ["model"], "across": "perturb.deletion",
             "columns": [{"mean": "metric.accuracy", "digits": 1}]}

    def test_a_column_for_each_value_of_a_setting(self):
        found = [row(0, 0.5, **{"perturb.deletion": "0"}), row(0, 0.25, **{"perturb.deletion": "0.64"})]
        self.assertIn("| HomNeuLIF | 1 | 0.5 | 0.2 |\n", page.table_markdown(self.TABLE, found))
        found += [row(1, 0.7, **{"perturb.deletion": "0"})]  # its damage is not there yet
        self.assertIn("| HomNeuLIF | 1–2 | 0.6 ± 0.1 | 0.2 |\n", page.table_markdown(self.TABLE, found))

    def test_conditions_are_chosen_by_number_and_by_absence(self):
        found = [row(0, 1, **{"perturb.replace_tau_above_ms": "700"}), row(0, 0.5)]
        for wanted, value in ((700.0, "1"), ("", "0.5")):
            chosen = conditions.matching(found, {"perturb.replace_tau_above_ms": wanted})
            self.assertEqual([each["metric.accuracy"] for each in chosen], [value])

    def test_initial_time_constants_are_named_by_their_distribution(self):
        for drawn, name in (('{"normal": [40, 4]}', "40"), ('{"uniform": [20, 800]}', "20 to 800")):
            self.assertEqual(conditions.value({"model.tau_synapse_ms": drawn}, "model.tau_synapse_ms"), name)

    def test_standins_are_named_as_such(self):
        self.assertEqual(conditions.value(row(0, 1, data="SHD", standin="true"), "data"), "SHD (stand-in)")


class Epochs(unittest.TestCase):
    SUMMARY = {"selection": {"split": "test"}, "hold_out": {"by": "none"},
               "epoch": {"last": 9, "best_validation": None, "best_test": 7},
               "metrics": {"test": {"accuracy": {"last": 0.5, "best_validation": None, "best_test": 0.75}}}}

    def test_an_epoch_that_does_not_exist_is_empty(self):
        row = collect.epoch_columns(self.SUMMARY, "accuracy")
        self.assertEqual(row, {"selected_on": "test set", "epoch.last": "9", "epoch.best_validation": "", "epoch.best_test": "7",
                               "test.last": "0.5", "test.best_validation": "", "test.best_test": "0.75"})

    def test_held_out_speakers_and_samples_are_told_apart(self):
        for by, name in (("groups", "held-out groups"), ("samples", "held-out samples"), ("split", "validation split")):
            summary = {**self.SUMMARY, "selection": {"split": "validation"}, "hold_out": {"by": by}}
            self.assertEqual(collect.epoch_columns(summary, "accuracy")["selected_on"], name)


class Figures(unittest.TestCase):
    def test_a_measure_has_its_mean_and_standard_deviation(self):
        found = [row(seed, value, **{"perturb.deletion": "0.5"}) for seed, value in enumerate((0.25, 0.75))]
        axis, lines = figures.measure({"lines": ["model"], "over": "perturb.deletion", "axis_over": "deleted", "mean": "metric.accuracy"}, found)
        self.assertEqual(axis, {"title": "deleted"})
        self.assertEqual([(line["name"], line["x"], line["y"]) for line in lines], [("HomNeuLIF", (0.5,), (0.5,))])
        self.assertAlmostEqual(lines[0]["high"][0], 0.5 + 0.5**0.5 / 2)  # √(2 · 0.25²)

    def test_each_file_is_drawn_from_data(self):
        docs = Path(__file__).parents[2] / "docs"
        made = figures.all_figures(docs / "results")
        self.assertEqual({figure["name"] for figure in made}, {file.stem for file in (docs / "figures").glob("*.svg")})
        for figure in made:
            self.assertTrue(all(panel["series"] for panel in figure["panels"]), figure["name"])


if __name__ == "__main__":
    unittest.main()
