"""What all models of a scenario share: frozen, closed, and a few closed vocabularies of plain values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

SECTORS: tuple[str, ...] = ("agrifood", "energy", "metals", "machinery", "other", "services")
"""The sectors of the trade block, in the order of every array."""

GROUPS: tuple[str, ...] = ("russia-friendly", "sovereignty-minded", "pragmatic")
"""The population groups by leaning."""

WEIGHT_WORDS: tuple[str, ...] = ("none", "low", "medium", "high", "very high")
"""Words for weights; what number stands behind each is a parameter (`weight_words.*`)."""

GoalName = Literal["income", "security", "regime", "rent", "autonomy", "strategic"]
GOALS: tuple[GoalName, ...] = ("income", "security", "regime", "rent", "autonomy", "strategic")
"""What an actor's weights are on."""

LARGEST = 1e15
"""No number of a scenario has any business beyond this; larger ones are slips of the keyboard."""

Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Positive = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Sign = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Quarters = Annotated[int, Field(ge=0, le=400)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./+-]{0,79}$")]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,5}$")]
Quarter = Annotated[str, Field(pattern=r"^(19|20|21)\d\d-Q[1-4]$")]
Sector = Literal["agrifood", "energy", "metals", "machinery", "other", "services"]
Confidence = Literal["data", "literature", "assumed"]


class Model(BaseModel):
    """A closed, frozen record: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Model):
    """A text for readers, in up to three languages; a bare string is the English one."""

    en: Annotated[str, Field(min_length=1)]
    ru: str | None = None
    kk: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str) else value

    def get(self, language: str = "en") -> str:
        """Return the text in `language`, in English where there is no translation.

        Examples
        --------
        >>> Text(en="hedge", ru="хедж").get("ru"), Text(en="hedge").get("kk")
        ('хедж', 'hedge')
        """
        found = {"ru": self.ru, "kk": self.kk}.get(language)
        return found or self.en

    def __str__(self) -> str:
        return self.en


class Item(Model):
    """What every entry of a list by id may carry besides its own fields."""

    id: Id
    title: Text | None = None
    source: str | None = None
    note: str | None = None

    @property
    def label(self) -> str:
        """The English title, or the id where there is none."""
        return self.title.en if self.title else self.id


def _weight(value: Any) -> float | str:
    """A weight in words or as a number; words stay words, because the number behind them is a parameter."""
    if isinstance(value, str) and value in WEIGHT_WORDS:
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not -LARGEST <= number <= LARGEST:
        raise PydanticCustomError("word_or_number", "weight", {"allowed": ", ".join(WEIGHT_WORDS) + " or a number"})
    return number


def _codes(value: Any) -> Any:
    """`none` and a single code are short for a list."""
    if value is None or value == "none":
        return []
    return [value] if isinstance(value, str) else value


Weight = Annotated[float | str, BeforeValidator(_weight)]
"""A word of `WEIGHT_WORDS` or a number."""

Codes = Annotated[tuple[Code, ...], BeforeValidator(_codes)]
"""A list of actor codes; a single code and `none` are understood."""


def quarter_index(quarter: str) -> int:
    """Count a quarter from the year 0, so that differences are numbers of quarters.

    Examples
    --------
    >>> quarter_index("2022-Q1") - quarter_index("2021-Q3")
    2
    """
    return int(quarter[:4]) * 4 + int(quarter[6]) - 1


def quarter_name(index: int) -> str:
    """Invert `quarter_index`.

    Examples
    --------
    >>> quarter_name(quarter_index("2022-Q4") + 1)
    '2023-Q1'
    """
    return f"{index // 4:04d}-Q{index % 4 + 1}"
