"""In which language a printout speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from multivector.language import LANGUAGES, Speaker, chosen, speaker

if TYPE_CHECKING:
    from multivector.results.store import Stored
    from multivector.schema import Scenario


def lang_option(function: Any) -> Any:
    """The option --lang."""
    return click.option(
        "--lang", type=click.Choice(list(LANGUAGES)), help="Language of texts (MULTIVECTOR_LANG, else en)."
    )(function)


def voice(lang: str | None, *scenarios: Scenario | None) -> Speaker:
    """The speaker for a printout, with what the scenarios themselves say in that language.

    Raises
    ------
    BadInput
        MULTIVECTOR_LANG names no language.
    """
    code = chosen(lang)
    if code == "en":
        return speaker()
    from multivector.scenario.texts import texts

    own: dict[str, str] = {}
    for scenario in scenarios:
        if scenario is not None:
            own = {**texts(scenario, code), **own}
    return Speaker(code, own)


def stored_voice(lang: str | None, stored: Stored) -> Speaker:
    """The speaker for the printout of a stored result, with what its own scenario files say.

    Raises
    ------
    BadInput
        MULTIVECTOR_LANG names no language.
    """
    if chosen(lang) == "en":
        return speaker()
    from multivector.experiment.ensembles.again import arms_of

    arms = arms_of(stored)
    return voice(lang, arms.scenario, arms.benchmark)
