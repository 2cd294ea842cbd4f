"""A severe crisis at home within one quarter: days, not months, and up to three decisions one after the other.

    P(leadership keeps) = logistic(k + concede c + helped h + promised r)
    gain of a step      = w_regime cost (P(keeps | step) - P(keeps | without)) - price of the step
    P(step)             = logistic(lambda gain / s)

First a concession on prices, paid by the fund; then, if the streets are not calm, a request to the allies, whose answer
is uncertain and leaves an obligation; then a promise of reform, paid by those who live on rents. Whoever has conceded
needs help less: each step is weighed given the ones before. Asking runs two risks that pull apart: no help comes
(abandonment), or it comes and is remembered (entrapment).

References: Snyder 1984 (abandonment and entrapment); David 1991 (leaders balance internal
threats too); Allison 2008 (protective integration).
"""

from __future__ import annotations

from multivector.mechanisms.common import Array, logistic


def keeps_rate(
    conceded: Array, helped: Array, promised: Array, *, base: Array, concession: Array, help: Array, reform: Array
) -> Array:
    """Probability that the leadership keeps its place through the crisis, ``[lane]``; flags or probabilities in.

    Examples
    --------
    >>> import numpy as np
    >>> n, y = np.zeros(1), np.ones(1)
    >>> keeps_rate(n, n, n, base=n, concession=y, help=y, reform=y).tolist()
    [0.5]
    """
    return logistic(base + concession * conceded + help * helped + reform * promised)


def step_rate(keeps: Array, without: Array, *, stake: Array, price: Array, precision: Array, scale: Array) -> Array:
    """Probability that the leadership takes a step, ``[lane]``.

    `stake` is what keeping its place is worth to it and `price` what the step costs it, both in utility.
    """
    return logistic(precision * (stake * (keeps - without) - price) / scale)
