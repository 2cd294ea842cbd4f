"""The room's desk: where what was asked is done, written to the disk, and then acknowledged; and its clock."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from multivector.classroom.playing import acts, runsheet, spare
from multivector.classroom.playing.game import Game, Key, Refused, Settings
from multivector.classroom.room.keys import digest, same, token
from multivector.classroom.room.store import Store
from multivector.classroom.showing.views import Clock
from multivector.experiment.histories.arms import Arms

MOST_MORE = 2
"""Times a turn that a minute may be added."""
SILENT, SILENT_SHARE = 45.0, 0.25
"""Seconds before the end of a round at which a silent head is passed over; in a short round this share of it."""
AWAY = 60.0
"""Seconds of a round for which a head is away before a colleague stands in."""
ASIDE = {"quiet": 120.0, "press": 60.0}
"""Seconds of what goes on beside the rounds: quiet reading before one, an answer to the press."""
SOONEST = 30.0
"""Seconds after which the Secretariat may close a vote that somebody has not cast yet."""
ROLES = ("teacher", "projector")
UNLOGGED = ("split", "pause", "resume", "more", "lesson")
"""What changes no game: proposals that are not used, and the clock, which is kept apart."""


def played_again(store: Store) -> Game:
    """The game of a session as its log says it stands."""
    game = Game(store.settings(), store.arms())
    for who, message in store.log():
        acts.act(game, who, message)
    return game


class Desk:
    """A session that runs: its game, its store, its clock.

    Parameters
    ----------
    store : where it is kept.
    game : as the log says.
    """

    def __init__(self, store: Store, game: Game) -> None:
        self.store, self.game = store, game
        self.more_left = MOST_MORE
        self._left, self._length, self._since = 0.0, 0.0, None  # type: tuple[float, float, float | None]
        self._began: float | None = None
        self._opened, self._woke = {}, time.monotonic()  # type: tuple[dict[tuple[str, str], float], float]
        self._silent_in = -1
        self._away: dict[str, float] = {}
        self._roles: dict[str, str] = store.kept("tokens")

    @classmethod
    def create(cls, data: Path, settings: Settings, arms: Arms) -> tuple[Desk, dict[str, str]]:
        """A new session, and the tokens of its teacher and projector."""
        tokens = {role: token() for role in ROLES}
        store = Store.create(data, settings, arms, {role: digest(t) for role, t in tokens.items()})
        return cls(store, Game(settings, arms)), tokens

    @classmethod
    def resume(cls, folder: Path) -> tuple[Desk, dict[str, str]]:
        """A session as its log says it stood: same turn, every acknowledged move; the clock stands still.

        The tokens of teacher and projector are new: only their digests were kept. Those of the seats go on.
        """
        store = Store.resume(folder)
        game = played_again(store)
        desk = cls(store, game)
        tokens = {role: token() for role in ROLES}
        desk._roles = {role: digest(t) for role, t in tokens.items()}
        store.keep("tokens", desk._roles)
        clock = store.kept("clock") or {}
        if game.phase == "playing":
            desk._length = 60.0 * game.minutes(game.round)
            desk._left = float(clock["left"]) if clock.get("round") == game.round else desk._length
        if clock.get("lesson") is not None:
            desk._began = time.monotonic() - float(clock["lesson"])
        return desk, tokens

    # ---- who is who

    def role(self, secret: str) -> str | None:
        """``teacher``, ``projector`` or a seat's id for a token, None for a wrong one; all are tried."""
        asked, found = digest(secret), None
        for role, kept in self._roles.items():
            if same(asked, kept):
                found = role
        for seat, person in self.game.people.items():
            if same(asked, person.token) and not person.out:
                found = seat
        return found

    # ---- doing

    def do(self, who: str, message: Mapping[str, Any]) -> Any:
        """Do what was asked and enter it in the log; nobody is told that it was done before the log is on the disk.

        Raises
        ------
        Refused
            It cannot be done.
        """
        name = str(message.get("do"))
        kept = {k: v for k, v in message.items() if k != "n"}
        if who == "teacher" and name == "advance":
            self.end_turn([])
            return None
        if who == "teacher" and name == "laptops":
            self._serve("laptops", away=sorted(self._away))
            return None
        if name in ("open-vote", "close-vote"):
            self._vote_run(who, kept)
        if name == "say" and "text" in message and self.game.phase == "over" and not self.game.keeps_text:
            raise Refused("not-now")  # what was typed has been deleted, and nothing is to be added to it
        if who == "teacher" and name == "start" and self.game.phase == "between":
            self._heads_are_back()
        found = acts.act(self.game, who, kept)
        if who == "teacher" and name in ("pause", "resume", "more", "start", "lesson"):
            self._clock(name)
        if who == "teacher" and name == "screen" and self.aside:
            self._clock(self.game.screen)
        if name not in UNLOGGED or kept.get("use"):
            self.store.append(who, kept)
        return found

    def _vote_run(self, who: str, message: Mapping[str, Any]) -> None:
        """Note when a vote is opened; refuse to close it in haste. A game of the log has no clock, so the desk does."""
        seat, text = self.game.seats.get(who), message.get("text")
        if seat is None or not seat.spare or not isinstance(text, str):
            return
        world, now = seat.world, time.monotonic()
        if text not in self.game.sitting(world).opened:
            self._opened[world, text] = now
            return
        # After a crash nobody knows when it was opened: then it counts from the resuming.
        early = now - self._opened.get((world, text), self._woke) < SOONEST
        if early and message["do"] == "close-vote" and False in spare.cast(self.game, world, text).values():
            raise Refused("not-yet")

    def join(self, message: Mapping[str, Any]) -> dict[str, str]:
        """Take a seat; the token is told once and kept as its digest."""
        secret = token()
        entry = {k: message.get(k) for k in ("nickname", "language", "seat")}
        entry["seat"] = acts.find_seat(self.game, entry["seat"])
        person = acts.act(self.game, acts.SERVER, {**entry, "do": "join", "token": digest(secret)})
        self.store.append(acts.SERVER, {**entry, "do": "join", "token": digest(secret)})
        return {"token": secret, "seat": person.seat, "nickname": person.nickname}

    @property
    def heads_are_late(self) -> bool:
        """Whether the time has come to pass over heads that are silent: once a round, with time left to answer."""
        near = self.left <= min(SILENT, SILENT_SHARE * self._length)
        return near and self.running and not self.aside and self._silent_in != self.game.round

    def pass_over_silent(self) -> None:
        """Let proposals count where the head of a delegation is silent."""
        self._silent_in = self.game.round
        self._serve("silent")

    def attend(self, here: Sequence[str]) -> None:
        """Note who is here, and since when others are not."""
        now, game = time.monotonic(), self.game
        gone = {seat for seat, person in game.people.items() if not person.out} - set(here)
        self._away = {seat: self._away.get(seat, now) for seat in gone}

    def pass_on(self) -> list[Key]:
        """Let a colleague who is here stand in for each head who has been away too long; whose heads have changed.

        Only while a round's clock runs: in a pause all phones fall asleep.
        """
        if not self.running or self.aside:
            return []
        found, since = [], time.monotonic() - AWAY
        for key in self.game.delegations():
            if self._away.get(self.game.head(key) or "", math.inf) > since:
                continue
            to = next((seat for seat in self.game.after_head(key) if seat not in self._away), None)
            if to is not None:
                self._pass_on(key, to)
                found.append(key)
        return found

    def _heads_are_back(self) -> None:
        """From the next round on a head who has come back is head again."""
        for key, (regular, _) in list(self.game.stand_ins.items()):
            if regular not in self._away:
                self._pass_on(key, None)

    def _pass_on(self, key: Key, to: str | None) -> None:
        self._serve("pass-on", world=key[0], actor=key[1], to=to)

    def _serve(self, name: str, **message: Any) -> None:
        """What the server itself does, entered in the log."""
        acts.act(self.game, acts.SERVER, {"do": name, **message})
        self.store.append(acts.SERVER, {"do": name, **message})

    def end_turn(self, away: list[str]) -> None:
        """The turn is over: play it out."""
        message = {"do": "end", "away": sorted(away)}
        if self.game.phase != "playing":
            raise Refused("not-now")
        self.store.append(acts.SERVER, message)
        acts.act(self.game, acts.SERVER, message)
        self._left, self._since = 0.0, None

    def take(self, worlds: Mapping[str, Any]) -> None:
        """Play a quarter as it was decided before this room was opened, world by world."""
        self._serve("take", worlds=worlds)

    def forget_texts(self) -> None:
        """Delete what people typed, from the game and from the disk, unless the teacher keeps it for a reason."""
        if self.game.keeps_text or all(m.phrase or m.text == acts.GONE for m in self.game.messages):
            return
        acts.forget_texts(self.game)
        self.store.without_texts(acts.GONE)

    # ---- the clock

    def _clock(self, name: str) -> None:
        if name == "lesson":
            self._began = time.monotonic()
        elif name in ASIDE:
            self._length = self._left = ASIDE[name]
            self._since = time.monotonic()
        elif name == "start":
            self._length = self._left = 60.0 * self.game.minutes(self.game.round)
            self._since, self.more_left = time.monotonic(), MOST_MORE
            self._away = dict.fromkeys(self._away, self._since)
            if self.game.settings.rehearsal:
                self._since = None  # nothing presses who tries a lesson alone: the clock runs when it is set going
            elif self._began is None:
                self._began = time.monotonic() - runsheet.before(self.game)
        elif name == "pause":
            self._left, self._since = self.left, None
        elif name == "resume":
            self._since = self._since or time.monotonic()
            self._away = dict.fromkeys(self._away, self._since)
        elif self.more_left < 1:
            raise Refused("no-more-slots")
        else:
            self.more_left -= 1
            self._left, self._length = self._left + 60.0, max(self._length, self.left + 60.0)
        self.keep_clock()

    @property
    def left(self) -> float:
        """Seconds left of the turn."""
        spent = 0.0 if self._since is None else time.monotonic() - self._since
        return max(self._left - spent, 0.0)

    @property
    def running(self) -> bool:
        """Whether the clock runs."""
        return self._since is not None and (self.game.phase == "playing" or self.aside)

    @property
    def aside(self) -> bool:
        """Whether the class reads quietly before a round, or somebody answers the press: a clock that ends nothing."""
        game = self.game
        reading = game.screen == "quiet" and game.phase in ("lobby", "between")
        return game.phase != "playing" and (reading or game.speaker is not None)

    @property
    def lesson(self) -> float | None:
        """Seconds since the lesson began; None before that."""
        return None if self._began is None else time.monotonic() - self._began

    @property
    def clock(self) -> Clock:
        """The clock as pages see it."""
        return Clock(self.left, self._length, self.running)

    @property
    def time_is_up(self) -> bool:
        """Whether the turn must end now."""
        return self.running and not self.aside and self.left <= 0.0

    def keep_clock(self) -> None:
        """Keep where the clock stands: after a crash it goes on from there."""
        self.store.keep("clock", {"round": self.game.round, "left": self.left, "lesson": self.lesson})
