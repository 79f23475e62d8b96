"""A classifier with the interface of scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hetsyn import _engine
from hetsyn.network import Network, softmax

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data
except ImportError as error:
    raise ImportError("hs.HetSynClassifier needs scikit-learn 1.6 or later: pip install scikit-learn") from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

_CHUNK = 1024  # samples that are predicted at once


class HetSynClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A spiking network as a classifier of scikit-learn: with clone, pipelines, GridSearchCV, pickle.

    X is an array [samples, steps, inputs] as in `Network.fit`, booleans and integers 0 and 1 being spikes; or a matrix
    [samples, features], whose rows are presented as constant analog input for `steps` steps. Scale features before
    (StandardScaler): a neuron's threshold is 1 by default. The classes are any labels.

    `hidden`: neurons of each hidden population. `neuron`, `recurrent`, `dt_ms`, `device`: as in `Network`. `epochs`,
    `batch`, `learning_rate`: as in `Network.fit`. `validation_fraction`: if it is above 0, so many of the samples are
    held out, and the network is that of the epoch that does best on them; otherwise that of the last epoch. `model`
    and `train`: further keys of [model] and [train] (``model={"threshold": 0.5}``). `random_state`: as everywhere in
    scikit-learn.

    After `fit`: `classes_`, `network_` (the `Network`), `history_` (its metrics), `n_features_in_`.
    """

    def __init__(
        self,
        hidden: Sequence[int] = (64,),
        *,
        neuron: str = "hetsyn_lif",
        recurrent: bool = False,
        steps: int = 20,
        dt_ms: float = 1.0,
        epochs: int = 50,
        batch: int = 32,
        learning_rate: float = 5e-3,
        validation_fraction: float = 0.0,
        model: Mapping[str, Any] | None = None,
        train: Mapping[str, Any] | None = None,
        device: str = "auto",
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.neuron = neuron
        self.recurrent = recurrent
        self.steps = steps
        self.dt_ms = dt_ms
        self.epochs = epochs
        self.batch = batch
        self.learning_rate = learning_rate
        self.validation_fraction = validation_fraction
        self.model = model
        self.train = train
        self.device = device
        self.random_state = random_state

    def fit(self, X: Any, y: ArrayLike) -> HetSynClassifier:
        """Trains a new network. X: [samples, steps, inputs] or [samples, features]; y: labels [samples]. Raises
        ValueError for arrays of other forms, `ConfigError` for values that the engine does not take.
        """
        X, y = validate_data(self, X, y, allow_nd=True, dtype=_dtype(X))
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        self._inputs = X.shape[-1]
        network = Network(
            [self._inputs, *self.hidden, len(self.classes_)],
            neuron=self.neuron,
            recurrent=self.recurrent,
            dt_ms=self.dt_ms,
            device=self.device,
            seed=int(check_random_state(self.random_state).randint(2**31 - 1)),
            **(self.model or {}),
        )
        x, held_out = self._presented(X), self.validation_fraction > 0
        more: dict[str, Any] = {"validation_fraction": self.validation_fraction} if held_out else {}
        self.history_ = network.fit(
            x,
            numbers,
            # The engine always validates; where the last epoch is kept, one sample will do.
            validation=None if held_out else (x[:1], numbers[:1]),
            epochs=self.epochs,
            batch=min(self.batch, len(X)),
            learning_rate=self.learning_rate,
            keep="best" if held_out else "last",
            **(more | dict(self.train or {})),
        )
        self.network_ = network
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """The most probable label of each sample."""
        probabilities = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[probabilities.argmax(axis=1)]
        return labels

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Probabilities [samples, classes] in the order of `classes_`, those whose cross-entropy is trained: the
        softmax of `Network.scores`.
        """
        check_is_fitted(self)
        X = validate_data(self, X, allow_nd=True, dtype=_dtype(X), reset=False)
        if X.shape[-1] != self._inputs:
            raise ValueError(f"X has {X.shape[-1]} inputs, but {type(self).__name__} is expecting {self._inputs}")
        chunks = [self._presented(X[begin : begin + _CHUNK]) for begin in range(0, len(X), _CHUNK)]
        return softmax(np.concatenate([self.network_.scores(chunk) for chunk in chunks]))

    def _presented(self, X: NDArray[Any]) -> NDArray[Any]:
        if X.ndim == 3:
            return X
        if X.ndim != 2:
            raise ValueError(f"X of shape {X.shape}; expected [samples, features] or [samples, steps, inputs]")
        if self.steps < 1:
            raise _engine.UsageError(f"steps={self.steps}; expected 1 or more")
        return np.repeat(X.astype(np.float32)[:, None, :], self.steps, axis=1)


def _dtype(X: Any) -> Any:
    """Features are real numbers; arrays of three dimensions keep their type, which tells spikes from analog values."""
    axes = X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim
    return "numeric" if axes == 3 else [np.float32, np.float64]
