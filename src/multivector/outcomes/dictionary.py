"""The rows of the dictionary of outcomes; `registry.build` fills in powers, corridors, groups and flows."""

from __future__ import annotations

from multivector.outcomes.entry import Outcome, Template

_ACR = "Arkolakis, Costinot and Rodriguez-Clare 2012, AER 102(1)"
_HIRSCHMAN = "Hirschman 1945, National Power and the Structure of Foreign Trade"
_KN = "Hirschman 1945; Keohane and Nye 1977, Power and Interdependence"
_KUIK = "Kuik 2008, 2016"
_CONTESSI = "Contessi 2015, Problems of Post-Communism"
_SECONDARY = "Drezner 1999, The Sanctions Paradox; Early 2015, Busted Sanctions"
_CJP = "Chupilkin, Javorcik and Plekhanov 2025, CEPR DP20097"
_NETWORK = "network security practice"
_VOTES = "Bailey, Strezhnev and Voeten 2017, J. Conflict Resolution 61(2)"
_SNYDER = "Snyder 1984, World Politics 36(4)"
_PUTNAM = "Putnam 1988, International Organization 42(3)"
_MODEL = "definition of this model"
_FDI = "Busse and Hefeker 2007; Borensztein, De Gregorio and Lee 1998"
_CONTAGION = "Burstein and Gopinath 2014; Kaminsky, Reinhart and Vegh 2003"
_CUSTOMS = "practice of customs statistics; definition of this model"

ECONOMY = (
    Outcome("real_income", "real income", "ratio to 2021", "higher", 0.003, "economy",
            "Real income of {focus}: income over the price index, times the growth from investment, finance and "
            "technology.",
            _ACR, scale=(0.85, 1.05)),
    Outcome("real_income.{actor}", "real income of {actor}", "ratio to 2021", "none", 0.003, "economy",
            "Income of {actor} over its price index, against the base year.", _ACR),
    Outcome("income_vs_benchmark", "real income against the benchmark", "ratio", "higher", 0.003, "economy",
            "Real income of {focus} over that of the scenario's benchmark on the same draws; nan without a "
            "benchmark.", _ACR),
    Outcome("inflation", "consumer prices against a year ago", "share", "lower", 0.01, "economy",
            "Sum of the last four quarters' log changes of consumer prices, as a share; before a year has passed "
            "the base trend stands in.",
            "pass-through literature (see parameters prices.*)", scale=(0.30, 0.02)),
    Outcome("exchange_rate", "price of the dollar in tenge", "ratio to 2021", "none", 0.02, "economy",
            "Tenge for a dollar against the base year: contagion from the rouble, oil, own shocks and policy.",
            _CONTAGION),
    Outcome("rouble", "price of the dollar in roubles", "ratio to 2021", "none", 0.02, "economy",
            "Roubles for a dollar against the base year: the scenario's path and a persistent shock.", _CONTAGION),
    Outcome("finance_access", "access to outside finance", "ratio to 2021", "higher", 0.01, "economy",
            "Access to foreign finance and payments, less what strained banks with owners in Russia and the rung of "
            "banks take away.", _CONTAGION),
    Outcome("technology_access", "access to outside technology", "ratio to 2021", "higher", 0.01, "economy",
            "Access to foreign technology, less what a measure against the country takes away.", _FDI),
    Outcome("investment", "investment from abroad", "ratio to 2021", "higher", 0.01, "economy",
            "Stock by immediate source, weighted by the sources' shares in gross inflow of 2021; holding companies "
            "count where they are registered.", _FDI),
    Outcome("customs_receipts", "receipts from the pool of duties", "US$ bn a year", "none", 0.02, "economy",
            "What {focus} gets from the customs union's pool beyond the duties it collects, change on 2021; paid a "
            "quarter after the trade.", "Dragneva and Wolczuk 2017; protocol on the shares of import duties"),
    Outcome("fund", "National Fund", "ratio to 2021", "higher", 0.02, "economy",
            "Savings of {focus} against the end of 2021: oil income saved and drawn, and what policy takes.",
            "rules of the National Fund; shares assumed (oil.saved, oil.drawn)"),
    Outcome("energy_missing", "home energy that {target} could hold back", "share", "lower", 0.005, "economy",
            "Share of home energy that would be missing in a cut, after what own power can stand in for.",
            _HIRSCHMAN),
    Outcome("rent", "rent from scarce routes", "% of income", "none", 0.05, "economy",
            "Margins and scarcity premia that intermediaries and the Middle Corridor earn, less those paid, over "
            "base income.", _MODEL),
)  # fmt: skip

DEPENDENCE = (
    Outcome("loss.{power}", "loss from losing {power}", "% of real income", "lower", 0.2, "dependence",
            "What {focus} would lose in the quarter in which trade with {power} ended: an exact solve at "
            "short-run elasticities.", _HIRSCHMAN),
    Outcome("loss_long.{power}", "long-run loss from losing {power}", "% of real income", "lower", 0.2, "dependence",
            "The same once habits have adjusted: an exact solve at long-run elasticities with the costs, coverage "
            "and premia of the last turn.",
            _HIRSCHMAN, per="last"),
    Outcome("reverse_loss.{power}", "loss of {power} from losing {focus}", "% of real income", "none", 0.01,
    "dependence",
            "What {power} would lose in the quarter in which trade with {focus} ended; reported apart, never as a "
            "ratio.", _KN),
    Outcome("critical.{need}", "loss from losing {focus}: {need}", "% of income", "none", 0.005, "dependence",
            "What the power would lose without this good from or through {focus}, mean over the horizon, from the "
            "table of critical goods (worth, damage, stocks, substitution), scaled by agreements since; beside the "
            "trade solve, not in it.", _KN),
    Outcome("leverage.{power}", "what {power} would lose without {focus}", "% of income", "higher", 0.01, "dependence",
            "Reverse loss of the trade solve and all critical goods of {power}: what restrains it.", _KN),
    Outcome("largest_loss", "largest loss from one power", "% of real income", "lower", 0.2, "dependence",
            "Largest of the short-run losses.", _HIRSCHMAN),
    Outcome("influence.{power}", "influence of {power}", "% of real income", "lower", 0.05, "dependence",
            "Short-run loss from losing {power} times the probability a quarter that it would cut trade.", _HIRSCHMAN),
    Outcome("autonomy", "autonomy", "index 0-1", "higher", 0.002, "dependence",
            "One minus the largest influence of a power. An approximation of the change in moves that its "
            "pressure brings.",
            _VOTES + "; Hirschman 1945", scale=(0.97, 1.0)),
    Outcome("concentration.exports", "concentration of exports", "index 0-1", "lower", 0.02, "dependence",
            "Root of the sum of squared shares of the powers in exports of goods. Oil that crosses Russia counts "
            "as Russia, oil that "
            "crosses China as China. The rest of the world counts in the whole and adds nothing to the sum.",
            _HIRSCHMAN),
    Outcome("concentration.imports", "concentration of imports", "index 0-1", "lower", 0.02, "dependence",
            "Root of the sum of squared shares of the powers in imports of goods, by origin.", _HIRSCHMAN),
    Outcome("concentration.strategic", "concentration of strategic goods", "index 0-1", "lower", 0.02, "dependence",
            "The same over oil exports (by the state crossed), metals and uranium sold, fuels and machinery "
            "bought.", _HIRSCHMAN),
    Outcome("hhi.{domain}", "concentration in {domain}", "index 0-1", "lower", 0.02, "dependence",
            "Sum of squared shares of the powers in {domain}; what goes to others adds nothing. Arms: one "
            "supplier and the rest.", _CONTESSI),
    Outcome("split_index", "splitting by issue", "index 0-1", "none", 0.02, "dependence",
            "Mean of the domains' sums of squared shares less that of the shares pooled over domains: "
            "diversification across issues, not within.",
            _CONTESSI),
    Outcome("entropy", "evenness over all domains", "index 0-1", "none", 0.02, "dependence",
            "Shannon entropy of the powers' pooled shares over its largest value; a secondary figure, the domains "
            "come first.", "Shannon 1948"),
    Outcome("vector_balance", "balance of trade against gravity", "index 0-1", "higher", 0.02, "dependence",
            "One minus half the distance between the powers' shares in goods trade and those that size and "
            "distance predict.",
            "Head and Mayer 2014 (structural gravity)"),
)  # fmt: skip

ROUTES = (
    Outcome("oil.exported", "oil exported", "share of production", "higher", 0.02, "routes",
            "Oil that found a way out over what the fields would export; above one while a store is emptied.",
            _NETWORK, scale=(0.4, 1.0)),
    Outcome("oil.through_russia", "oil through Russia", "share of exports", "none", 0.01, "routes",
            "Share of exported oil whose corridor crosses Russia.", _NETWORK),
    Outcome("oil.n_minus_one", "oil left without the best corridor", "share of production", "higher", 0.02, "routes",
            "What the other corridors could carry, and a store take in, in a quarter in which the largest one stopped "
            "(N-1), over production.", _NETWORK),
    Outcome("oil.{store}", "oil in the store", "Mt", "none", 0.1, "routes",
            "Oil that found no way out and waits for room, as the quarter ends; in worlds with a store "
            "(`oil.store.capacity`).", _NETWORK),
    Outcome("oil.{corridor}", "oil by {corridor}", "Mt a year", "none", 0.5, "routes",
            "Oil shipped by {corridor}, annual rate.", _NETWORK),
    Outcome("middle.volume", "cargo of the Middle Corridor", "ratio to 2021", "none", 0.1, "routes",
            "Value of goods through the Middle Corridor, in prices of the base year.", "World Bank 2023, Middle "
            "Trade and Transport Corridor"),
)  # fmt: skip

SANCTIONS = (
    Outcome("exposure", "exposure to secondary measures", "% of income", "lower", 0.1, "sanctions",
            "Sum over sanctioners and rungs of P(rung within four quarters) times what the rung costs. "
            "Approximations: a step up comes "
            "with the probability that a case is found and acted on, the same each quarter, none down; rung 2 "
            "costs part of the rent, "
            "rungs 3 and 4 their wedge times trade (first order) and access to finance.", _SECONDARY),
    Outcome("reexport", "controlled re-export", "ratio to 2021", "none", 0.5, "sanctions",
            "Value of goods under measures that reach {target} by intermediaries of {focus}.", _CJP),
    Outcome("evasion_offset", "blocked trade that came round", "share", "none", 0.02, "sanctions",
            "Rise of what reaches {target} by {focus} over the fall of direct trade, on goods of the sanctioners; "
            "nan where nothing fell.", _CJP),
    Outcome("customs.{flow}", "goods {flow}", "US$ bn a year, prices of 2021", "none", 0.2, "sanctions",
            "Goods that customs see from the first to the second state: their own trade and what crosses by "
            "intermediaries of {focus} "
            "(into {focus} before the intermediaries' margin). Crude oil and gas are not in it; false transit is "
            "not modelled.", _CUSTOMS),
    Outcome("trade.{outer}", "direct goods {outer}", "US$ bn a year, prices of 2021", "none", 0.5, "sanctions",
            "Goods that go directly, without what goes by intermediaries. Crude oil and gas are not in it.", _CUSTOMS),
    Outcome("enforcement", "effort to enforce", "share", "none", 0.02, "sanctions",
            "Effective effort: the smaller of will and border capacity.", _SECONDARY),
    Outcome("belief.{sender}", "belief of {sender} that {focus} is permissive", "probability", "lower", 0.03,
    "sanctions",
            "Belief by Bayes from the late, noisy customs record, next quarter's opening value.", "Avenhaus, von "
            "Stengel and Zamir 2002"),
    Outcome("rung.{sender}", "rung of {sender}'s ladder", "rungs", "lower", 0.1, "sanctions",
            "0 none, 1 warnings, 2 listing of firms, 3 banks and payments, 4 country measure.", _SECONDARY),
    Outcome("case.{sender}", "chance that {sender} finds a case", "probability a quarter", "lower", 0.03, "sanctions",
            "Probability of evidence of evasion in this quarter.", _SECONDARY),
)  # fmt: skip

CONDUCT = (
    Outcome("hedge.{power}", "hedging toward {power}", "index 0-1", "none", 0.05, "conduct",
            "2 min(E, D) / (E + D): engaging and insuring effort toward {power}, weighted by cost, over the moves "
            "of four quarters that took "
            "effect; nan where there was none.", _KUIK),
    Outcome("pairing_rate", "pairing of contrary moves", "share", "none", 0.03, "conduct",
            "Of the quarters and powers so far in which a move displeased the power, the share in which another "
            "move pleased it; nan before the first.",
            _KUIK),
    Outcome("word_gap", "announced less effective effort", "share", "none", 0.02, "conduct",
            "Effort to enforce others' measures as announced, less the effort made; negative where more is done than "
            "said.", "Fearon 1997, J. Conflict Resolution 41(1)"),
    Outcome("credibility", "credibility of announcements", "index 0-1", "higher", 0.02, "conduct",
            "How far an announcement is believed; words without deeds and retractions cost it.",
            "Fearon 1997, J. Conflict Resolution 41(1)"),
    Outcome("support.votes", "support of {target}: votes", "index -1 to 1", "none", 0.02, "conduct",
            "Mean of the votes (no -1, abstain 0, yes 1) times the sign of {target}'s declared position, over the "
            "texts so far.", _VOTES),
    Outcome("support.statements", "support of {target}: statements", "index -1 to 1", "none", 0.02, "conduct",
            "Diplomatic moves of four quarters that please {target} less those that displease it, over both; 0 if "
            "none.", _MODEL),
    Outcome("support.compliance", "support of {target}: trade and compliance", "index -1 to 1", "none", 0.02, "conduct",
            "Mean of two parts: one minus twice the effort to enforce others' measures, and controlled re-export r "
            "against the base year as (r - 1) / (r + 1).", _MODEL),
    Outcome("support.security", "support of {target}: security", "index -1 to 1", "none", 0.02, "conduct",
            "Mean of goodwill in the alliance and of arms dependence, each on -1 to 1; 1 once drawn into a "
            "conflict.", _SNYDER),
    Outcome("support.public", "support of {target}: public", "index -1 to 1", "none", 0.02, "conduct",
            "Friendly less wary share among those who approve of the government. Groups keep their size: an "
            "approximation.",
            "Laruelle, Royce and Beyssembayev 2019"),
    Outcome("voting_distance.{power}", "voting distance to {power}", "index 0-1", "none", 0.02, "conduct",
            "Mean distance of votes on the texts so far, 0 the same, 1 opposite; nan before the first.", _VOTES),
)  # fmt: skip

RELATIONS = (
    Outcome("goodwill.{power}", "relations with {power}", "index -1 to 1", "higher", 0.02, "relations",
            "Relations at the end of the quarter.", _KUIK),
    Outcome("goodwill_floor", "worst relations with a power", "index -1 to 1", "higher", 0.02, "relations",
            "Smallest of the relations with the powers.", _KUIK, scale=(-0.5, 0.5)),
    Outcome("displeasure.{power}", "displeasure of {power}", "1 (0.1 = one public condemnation)", "lower", 0.02,
    "relations",
            "Episodic displeasure of {power} with {focus} at the end of the quarter.", "Hirschman 1945; Drezner 1999"),
    Outcome("grievance.{power}", "lasting displeasure of {power}", "1 (0.1 = one public condemnation)", "lower", 0.02,
    "relations",
            "Displeasure of {power} over lasting facts (recognition, foreign training); visits do not soothe it.",
            "Hirschman 1945; Drezner 1999"),
    Outcome("threat", "threat perceived", "index", "lower", 0.02, "relations",
            "Sum of the threats that {focus} perceives from the powers.", "Walt 1987, The Origins of Alliances"),
    Outcome("obligation", "obligation", "1 (0.2 = one favour)", "lower", 0.02, "relations",
            "Largest of what the powers expect {focus} to repay.", _SNYDER),
    Outcome("neutrality", "trust in even-handedness", "index 0-1", "higher", 0.02, "relations",
            "Trust of others in the even-handedness of {focus}, at the end of the quarter: talks spend it and earn it.",
            "Bercovitch and Houston 1996; Touval and Zartman 1985"),
    Outcome("status", "standing among states", "index 0-1", "higher", 0.02, "relations", "Stock of standing at "
    "the end of the quarter.", _MODEL),
)  # fmt: skip

SECURITY = (
    Outcome("security", "security of the nation", "index", "higher", 0.02, "security",
            "Own capability less threats plus the worth of the alliance.", _SNYDER),
    Outcome("entrapment", "risk of entrapment", "probability a quarter", "lower", 0.01, "security",
            "Probability of being dragged in, which obligation raises; 1 once drawn in.", _SNYDER),
    Outcome("abandonment", "risk of abandonment", "probability", "lower", 0.02, "security",
            "Probability of no help in a crisis of the regime; goodwill in the alliance lowers it.", _SNYDER),
    Outcome("coercion.probability", "chance of coercion", "probability a quarter", "lower", 0.03, "security",
            "Probability of at least one of: halt of the pipeline, farm ban, transit delay, cut of gas or power. "
            "Words alone do not count.", "Drezner 1999"),
    Outcome("coercion.{act}", "chance of coercion: {act}", "probability a quarter", "lower", 0.01, "security",
            "Probability of this act of pressure in the quarter.", "Drezner 1999"),
    Outcome("isolation", "isolation felt by {target}", "share", "none", 0.02, "security",
            "Share of {target}'s purchases from the sanctioners that measures close and that it has not replaced.",
            "Drezner 1999; Early 2015"),
    Outcome("coercion.count", "coercive acts", "acts a quarter", "lower", 0.03, "security",
            "Halts, farm bans, transit delays, cuts of energy of the quarter; outages with another cause do not count.",
            "Drezner 1999"),
)  # fmt: skip

HOME = (
    Outcome("legitimacy", "legitimacy", "index 0-1", "higher", 0.01, "home",
            "Stock that follows approval and reform, at the end of the quarter.", _PUTNAM, scale=(0.3, 0.7)),
    Outcome("approval", "approval", "share", "higher", 0.01, "home", "Approval over all groups by their size.",
    _PUTNAM),
    Outcome("approval.{group}", "approval of the {group}", "share", "higher", 0.01, "home", "Approval in the "
    "group at the end of the quarter.", _PUTNAM),
    Outcome("leaning", "public gone to the sovereignty-minded", "share", "none", 0.005, "home",
            "Share of the public that has moved from Russia-friendly to sovereignty-minded since the base year.",
            "Laruelle, Royce and Beyssembayev 2019"),
    Outcome("unrest", "severity of unrest", "grade 0-3", "lower", 0.03, "home", "Grade of unrest at the end of "
    "the quarter, fading.", _PUTNAM),
    Outcome("crisis", "chance of a crisis at home", "probability a quarter", "lower", 0.01, "home",
            "Hazard of a crisis of the regime: prices and incomes ignite it, lost legitimacy feeds it.", _PUTNAM),
)  # fmt: skip

SUMMARY = (
    Outcome("composite", "composite", "index 0-1", "higher", 0.02, "summary",
            "Geometric mean of max(x, 0.01) over the outcomes that have a scale, on fixed ends, equal weights. "
            "Never without its parts.",
            "OECD and JRC 2008, Handbook on Constructing Composite Indicators"),
)  # fmt: skip

TEMPLATES = tuple(
    Template(o) for o in (*ECONOMY, *DEPENDENCE, *ROUTES, *SANCTIONS, *CONDUCT, *RELATIONS, *SECURITY, *HOME, *SUMMARY)
)
"""All rows in the order of the report."""
