"""Seats: who sits where in how many worlds, for any size of class; what each ministry proposes and alone sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from multivector.classroom.lesson.words import ministries

HEAD = "head"
PER_WORLD = 12
"""Seats at which a world is split: with more, most people wait for others."""
MOST_WORLDS, MOST_SEATS = 30, 150
SPARE = ("press", "secretariat")
"""Seats of a world that belong to no delegation: the first spare person writes the news, the next runs the votes."""
MINISTRIES = 24
"""People of one large world, as the lesson describes it; who comes besides gets a spare seat."""
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters that nobody takes for a digit or for each other: no I, L, O."""


@dataclass(frozen=True)
class Seat:
    """A seat: `id` is ``WORLD-ACTOR-MINISTRY``, `card` two letters that stand on the card at the door.

    A spare seat (`SPARE`) has no actor; its id is ``WORLD-press`` or ``WORLD-secretariat``.
    """

    id: str
    card: str
    world: str
    actor: str
    ministry: str

    @property
    def head(self) -> bool:
        """Whether it confirms what the delegation does."""
        return self.ministry == HEAD

    @property
    def spare(self) -> bool:
        """Whether it is the press or the Secretariat: no state's, without moves and without anything private."""
        return self.ministry in SPARE and not self.actor


def ministry(actor: str, name: str) -> Mapping[str, Any]:
    """Title, domain, what it sees and its question; that of any head for an actor that a scenario adds.

    Examples
    --------
    >>> ministry("KAZ", "foreign")["title"]["en"], ministry("TUR", "head")["title"]["en"]
    ('Foreign affairs', 'Head of delegation')
    >>> ministry("", "press")["name"]["en"]
    'Press'
    """
    table = ministries()
    if not actor and name in SPARE:
        spare: Mapping[str, Any] = table["spare"][name]
        return spare
    found: Mapping[str, Any] = table.get(actor, {}).get(name, table["other"][HEAD])
    return found


def world_names(count: int) -> list[str]:
    """Names of worlds: A to Z without look-alikes, then A2 and so on.

    Examples
    --------
    >>> world_names(2), world_names(30)[-1]
    (['A', 'B'], 'G2')
    """
    return [LETTERS[k % len(LETTERS)] + ("" if k < len(LETTERS) else str(k // len(LETTERS) + 1)) for k in range(count)]


def worlds_for(size: int) -> int:
    """Worlds that a class of a size needs: twelve or so in each.

    Examples
    --------
    >>> [worlds_for(n) for n in (1, 5, 12, 17, 24, 40)]
    [1, 1, 1, 1, 2, 3]
    """
    return max(1, min(MOST_WORLDS, round(size / PER_WORLD)))


def split(actors: Sequence[str], focus: str, size: int) -> dict[str, list[str]]:
    """Ministries of each actor in one world for so many people.

    Fewer people than actors fill the focus actor first, then the powers; the rest are machines. More people than there
    are ministries are not seated.

    Examples
    --------
    >>> five = ["CHN", "EU", "KAZ", "RUS", "USA"]
    >>> {a: len(m) for a, m in split(five, "KAZ", 12).items()}
    {'KAZ': 4, 'RUS': 3, 'EU': 2, 'CHN': 2, 'USA': 1}
    >>> split(five, "KAZ", 2)
    {'KAZ': ['head'], 'RUS': ['head']}
    """
    table = ministries()
    known = [a for a in ("KAZ", "RUS", "EU", "CHN", "USA") if a in actors]
    order = [focus, *(a for a in [*known, *sorted(set(actors) - set(known))] if a != focus)]
    seats = {a: int(k < size) for k, a in enumerate(order)}
    left = size - sum(seats.values())
    for actor in table["growth"]["order"]:
        if left > 0 and seats.get(actor) and str(seats[actor] + 1) in table["splits"].get(actor, {}):
            seats[actor] += 1
            left -= 1
    return {a: list(table["splits"].get(a, {}).get(str(n), [HEAD])) for a, n in seats.items() if n}


def spare_for(size: int) -> tuple[str, ...]:
    """Spare seats among so many people of one world.

    The twelve ministries of a full world come first, then the press, then the Secretariat. A world that the teacher
    keeps together although it would make two has all its ministries first.

    Examples
    --------
    >>> [len(spare_for(n)) for n in (5, 12, 13, 14, 17, 18, 24, 25, 26)]
    [0, 0, 1, 2, 2, 0, 0, 1, 2]
    """
    full = PER_WORLD if worlds_for(size) == 1 else MINISTRIES
    return SPARE[: max(0, size - full)]


def propose(
    actors: Sequence[str], focus: str, size: int, worlds: int | None = None, *,
    spare: Mapping[str, bool | None] | None = None,
) -> list[Seat]:  # fmt: skip
    """Seats for a class: worlds of equal size, as near as can be.

    Parameters
    ----------
    spare : by `SPARE`: True for one in every world, besides its people where its size gives none; False for none; None
        as the size of each world gives them.

    Examples
    --------
    >>> five = ["CHN", "EU", "KAZ", "RUS", "USA"]
    >>> seats = propose(five, "KAZ", 24)
    >>> len(seats), seats[0].id, len({seat.card for seat in seats})
    (24, 'A-KAZ-head', 24)
    >>> [seat.id for seat in propose(five, "KAZ", 40) if seat.spare]
    ['A-press', 'A-secretariat', 'B-press', 'C-press']
    >>> len(propose(five, "KAZ", 24, spare={"press": True}))
    26
    """
    size, asked = max(1, min(size, MOST_SEATS)), spare or {}
    count = min(worlds or worlds_for(size), size)
    out: list[Seat] = []
    for k, name in enumerate(world_names(count)):
        here = size // count + (k < size % count)
        within = [s for s in spare_for(here) if asked.get(s) is not False]
        for actor, places in split(actors, focus, here - len(within)).items():
            out += [Seat(f"{name}-{actor}-{m}", card(len(out) + i), name, actor, m) for i, m in enumerate(places)]
        for kind in SPARE:
            if kind in within or asked.get(kind):
                out.append(Seat(f"{name}-{kind}", card(len(out)), name, "", kind))
    return out


def with_spare(seats: Sequence[Seat], kind: str) -> list[Seat]:
    """The seats with a spare one in every world that has none: at the end of its world, on a card that nobody has.

    Examples
    --------
    >>> [seat.id for seat in with_spare(propose(["KAZ", "RUS"], "KAZ", 2), "press")]
    ['A-KAZ-head', 'A-RUS-head', 'A-press']
    """
    used, out = {seat.card for seat in seats}, []
    for world in dict.fromkeys(seat.world for seat in seats):
        here = [seat for seat in seats if seat.world == world]
        if all(seat.ministry != kind or not seat.spare for seat in here):
            free = next(c for c in map(card, range(len(LETTERS) ** 2)) if c not in used)
            used.add(free)
            here.append(Seat(f"{world}-{kind}", free, world, "", kind))
        out += here
    return out


def card(number: int) -> str:
    """Two letters for a seat, far from those of its neighbours.

    Examples
    --------
    >>> [card(k) for k in range(3)]
    ['AG', 'JY', 'UQ']
    """
    mixed = (number * 199 + 6) % (len(LETTERS) ** 2)
    return LETTERS[mixed // len(LETTERS)] + LETTERS[mixed % len(LETTERS)]


def domain(actor: str, name: str, codes: Sequence[str]) -> set[str]:
    """Codes of moves that a ministry proposes; the head may propose anything.

    Examples
    --------
    >>> sorted(domain("KAZ", "head", ["M01", "M21", "M22"]))
    ['M01', 'M21', 'M22']
    >>> sorted(domain("KAZ", "foreign", ["M01", "M21", "M22"]))
    ['M21', 'M22']
    """
    return set(codes) if name == HEAD else set(ministry(actor, name).get("proposes", [])) & set(codes)


def blocks(actor: str, name: str, code: str) -> bool:
    """Whether a ministry's objection to a move is enough alone: unanimity in the Council, consent of Congress.

    Examples
    --------
    >>> blocks("EU", "council", "M19"), blocks("EU", "council", "M16"), blocks("KAZ", "foreign", "M19")
    (True, False, False)
    """
    return code in ministry(actor, name).get("blocks", [])


def unseated(actor: str, taken: Sequence[str]) -> list[str]:
    """Ministries of an actor in which nobody sits, as they are split in a delegation such as this.

    Examples
    --------
    >>> unseated("KAZ", ["head", "foreign", "economy", "energy"])
    ['defence', 'home']
    >>> unseated("KAZ", ["head", "trade"])
    ['foreign', 'finance', 'energy', 'transport', 'defence', 'home']
    >>> unseated("TUR", ["head"])
    []
    """
    table = ministries()
    whole: Sequence[str] = table["whole"].get(actor, ())
    if not set(taken) <= set(whole):
        splits = table["splits"].get(actor, {})
        whole = max(splits.values(), key=len, default=[])
    return [m for m in whole if m not in taken]
