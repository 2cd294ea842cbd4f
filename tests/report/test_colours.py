"""The colours of charts are told apart by people with the common kinds of colour blindness."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from multivector.report.charts.chart import COLOURS

Array = NDArray[np.float64]
# Machado, Oliveira and Fernandes 2009, IEEE TVCG 15(6), severity 1.0, on linear RGB.
SEEN = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


def linear(colour: str) -> Array:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(light: Array) -> Array:
    t = (XYZ @ light.clip(0.0, 1.0)) / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("kind", SEEN)
def test_colours_are_told_apart(kind: str) -> None:
    """At least 15 apart in CIELAB; 2.3 is a just noticeable difference (Mahy et al. 1994)."""
    seen = {colour: lab(SEEN[kind] @ linear(colour)) for colour in COLOURS}
    apart = {pair: float(np.linalg.norm(seen[pair[0]] - seen[pair[1]])) for pair in combinations(COLOURS, 2)}
    assert min(apart.values()) > 15.0, min(apart.items(), key=lambda item: item[1])


def test_a_pair_that_red_blind_people_confuse_would_be_found() -> None:
    light = [linear(colour) for colour in ("#c2540a", "#8a6d00")]
    plain, seen = (
        float(np.linalg.norm(lab(m @ light[0]) - lab(m @ light[1]))) for m in (SEEN["all"], SEEN["protanopia"])
    )
    assert seen < 15.0 < plain
