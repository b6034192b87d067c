"""Which features a model may read."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from bench import training
from cleaner.scorer.native_table import INEXACT


def test_a_feature_that_the_core_does_not_have_is_not_chosen(monkeypatch):
    names = ("a", INEXACT, "b", "c")
    gains = {"a": 1.0, INEXACT: 9.0, "b": 0.5, "c": 2.0}

    def boosted(pages, chosen, *_):
        return SimpleNamespace(feature_importance=lambda _: np.array([gains[names[n]] for n in chosen]))

    monkeypatch.setattr(training, "boosted", boosted)
    monkeypatch.setattr(training, "kind_of", lambda _: "html")
    page = SimpleNamespace(names=names, values=np.zeros((1, 4)))
    assert training.choose_features([page], 2, 1) == [0, 3]
