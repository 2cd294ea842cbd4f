"""The mechanisms that a scenario can switch off, all draws and all else left alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SWITCHES: Mapping[str, str] = MappingProxyType({
    "alliance": "the CSTO is worth something, and may help in a crisis",
    "coercion": "acts of pressure are drawn: all kinds together",
    "crisis": "crises of the regime are drawn",
    "currency-shocks": "the rouble and the tenge have luck of their own",
    "customs-union": "no duty inside the union, one tariff outside, duties pooled",
    "evidence": "watching senders find cases of evasion",
    "farm-ban": "one act of pressure: a ban on farm goods",
    "habit": "trade goes on adjusting for years",
    "halt": "one act of pressure: a stop of the pipeline",
    "investment": "inflows answer to risk; investment, finance and technology carry income",
    "newcomers": "people and firms that moved in carry income",
    "oil-price-shocks": "the oil price leaves its path",
    "outages": "stops of the pipeline that nobody ordered are drawn",
    "price-pass-through": "import costs and world food reach consumers",
    "reverse-leverage": "what others would lose without the focus actor restrains them",
    "rhetoric": "one act of pressure: hostile words",
    "rouble-contagion": "the rouble moves the tenge, prices of imports and banks",
    "transit-delay": "one act of pressure: delays of transit",
})  # fmt: skip
"""Every switch, and what it leaves out when it is false; all are on unless a scenario says otherwise."""
