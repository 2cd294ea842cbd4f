"""The mechanisms that a scenario can switch off, all draws and all else left alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SWITCHES: Mapping[str, str] = MappingProxyType({
    "aid": "humanitarian aid is a signal to all",
    "alliance": "the CSTO is worth something, and may help in a crisis",
    "coercion": "acts of pressure are drawn: all kinds together",
    "crisis": "crises of the regime are drawn",
    "crisis-decisions": "up to three decisions inside a severe crisis: concede, ask for help, promise reform",
    "currency-shocks": "the rouble and the tenge have luck of their own",
    "customs-union": "no duty inside the union, one tariff outside, duties pooled",
    "declared-policy": "words move minds apart from deeds: announcements, credibility, explanations of votes",
    "diversification": "peacekeeping, exercises, arms and training with others count",
    "energy-cut": "one act of pressure: gas and power held back",
    "evidence": "watching senders find cases of evasion",
    "farm-ban": "one act of pressure: a ban on farm goods",
    "habit": "trade goes on adjusting for years",
    "halt": "one act of pressure: a stop of the pipeline",
    "home-energy": "energy held back takes income and raises prices, by the share that comes from abroad",
    "investment": "inflows answer to risk; investment, finance and technology carry income",
    "isolation": "the sanctioned power presses and pays its remaining partners more, and adapts",
    "leanings": "groups of the public mind the company that the country keeps",
    "lower-half": "unrest answers to food, fuel and the west beside mean income",
    "newcomers": "people and firms that moved in carry income",
    "oil-price-shocks": "the oil price leaves its path",
    "opinion": "groups of the public react to incomes, prices and moves, and legitimacy follows them",
    "outages": "stops of the pipeline that nobody ordered are drawn",
    "persuasion": "people move between groups by what they watch and what they are threatened with",
    "price-pass-through": "import costs and world food reach consumers",
    "reform": "reform is carried out, promised or stalled, and pays or costs at home",
    "reverse-leverage": "what others would lose without the focus actor restrains them",
    "rhetoric": "one act of pressure: hostile words",
    "rouble-contagion": "the rouble moves the tenge, prices of imports and banks",
    "savings": "what is saved of oil income fills the national fund, and what is drawn empties it",
    "shared-history": "ties return to where history put them",
    "standing": "status and neutrality change odds, prices and resentment",
    "structural-displeasure": "offences over lasting facts fade slowly and are not soothed by visits",
    "threat": "threats to sovereignty weigh on security, investors and minds",
    "transit-delay": "one act of pressure: delays of transit",
    "votes": "texts of the General Assembly are put to the vote",
})  # fmt: skip
"""Every switch, and what it leaves out when it is false; all are on unless a scenario says otherwise."""
