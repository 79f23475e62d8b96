"""The classifier of scikit-learn: scikit-learn's own checks, and what it is used for."""

import pickle

import hetsyn as hs
import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("sklearn", reason="scikit-learn")
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks


@parametrize_with_checks([hs.HetSynClassifier(hidden=(16,), steps=10, epochs=30, learning_rate=2e-2)])
def test_the_checks_of_scikit_learn(estimator, check) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def iris() -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    data = load_iris()
    return data.data, data.target_names[data.target]


def test_a_pipeline_in_a_search(iris: tuple[NDArray[np.float64], NDArray[np.str_]]) -> None:
    x, y = iris
    pipeline = make_pipeline(StandardScaler(), hs.HetSynClassifier(random_state=0, epochs=30, batch=16))
    search = GridSearchCV(pipeline, {"hetsynclassifier__hidden": [(4,), (32,)]}, cv=3).fit(x, y)
    assert search.best_score_ > 0.9
    assert search.score(x, y) > 0.9
    probabilities = search.predict_proba(x)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(search.classes_[probabilities.argmax(axis=1)], search.predict(x))


def test_spikes_in_a_cross_validation() -> None:
    rng = np.random.default_rng(0)
    y = rng.choice(["left", "right"], 120)
    x = rng.random((120, 20, 6)) < 0.05
    x[y == "left", :, :3] |= rng.random((int((y == "left").sum()), 20, 3)) < 0.4
    classifier = hs.HetSynClassifier((10,), random_state=0, recurrent=True, model={"dropout": 0.1})
    assert cross_val_score(classifier, x, y, cv=3).min() > 0.8


def test_fits_are_reproducible_and_networks_are_kept(iris: tuple[NDArray[np.float64], NDArray[np.str_]]) -> None:
    x, y = iris
    one = hs.HetSynClassifier((8,), random_state=3, epochs=5, validation_fraction=0.2).fit(x, y)
    assert one.history_["validation"]["accuracy"].shape == (5,)
    other = clone(one).fit(x, y)
    restored = pickle.loads(pickle.dumps(one))
    for same in (other, restored):
        np.testing.assert_array_equal(same.predict_proba(x), one.predict_proba(x))
    np.testing.assert_array_equal(one.network_["hidden1"].weight, restored.network_["hidden1"].weight)


def test_what_is_wrong_is_one_sentence(iris: tuple[NDArray[np.float64], NDArray[np.str_]]) -> None:
    x, y = iris
    with pytest.raises(hs.ConfigError, match="did you mean"):
        hs.HetSynClassifier(model={"thresold": 1.0}).fit(x, y)
    with pytest.raises(hs.UsageError, match="steps=0"):
        hs.HetSynClassifier(steps=0).fit(x, y)
    with pytest.raises(ValueError, match=r"X of shape \(150, 4, 1, 1\)"):
        hs.HetSynClassifier().fit(x[:, :, None, None], y)
    fitted = hs.HetSynClassifier((4,), epochs=1).fit(x[:, :, None], y)
    with pytest.raises(ValueError, match="X has 2 inputs, but HetSynClassifier is expecting 1"):
        fitted.predict(np.repeat(x[:, :, None], 2, axis=2))
