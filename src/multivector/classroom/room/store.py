"""A session on the disk: a folder named by the room's code, with the world that is played and the log of what was done.

The log is a SQLite database in WAL mode, synced at each write: what was acknowledged is there after a kill -9 or a
power cut. What comes in while one write is under way is gathered into the next. Nothing else is needed to go on: the
game is a function of the log. There is no address, no name and no time of day in it, and a token only as its digest.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from multivector.classroom.playing.game import Settings
from multivector.errors import BadInput, Problem
from multivector.experiment.ensembles.saving import BENCHMARK, SCENARIO, scenario_text
from multivector.experiment.histories.arms import Arms
from multivector.scenario import load

DATABASE = "room.sqlite"
VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS room (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log (n INTEGER PRIMARY KEY, who TEXT NOT NULL, message TEXT NOT NULL);
"""


class Store:
    """The log of one session.

    Parameters
    ----------
    folder : the session's folder.

    Attributes
    ----------
    gathers : whether entries wait for `write`. Otherwise each is on the disk when `append` or `keep` returns.
    left : copies of a deleted session that are still there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.gathers = folder, False
        self.left: list[Path] = []
        self._waiting: list[tuple[str, tuple[str, str]]] = []
        self._writing = threading.Lock()
        self.base = sqlite3.connect(folder / DATABASE, isolation_level=None, check_same_thread=False)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.base.execute("PRAGMA synchronous=FULL")
        self.base.execute("PRAGMA secure_delete=ON")
        self.base.executescript(_TABLES)

    @classmethod
    def create(cls, data: Path, settings: Settings, arms: Arms, tokens: Mapping[str, str]) -> Store:
        """Begin a session.

        Parameters
        ----------
        data : folder of sessions.
        tokens : digests of the teacher's and the projector's tokens, by role.
        """
        folder = data / settings.code
        folder.mkdir(parents=True)
        folder.chmod(0o700)
        (folder / SCENARIO).write_text(scenario_text(arms.scenario), "utf-8")
        if arms.benchmark is not None:
            (folder / BENCHMARK).write_text(scenario_text(arms.benchmark), "utf-8")
        store = cls(folder)
        store.keep("version", VERSION)
        store.keep("tokens", dict(tokens))
        # Last: a session without settings was never begun.
        store.keep("settings", settings.as_dict())
        return store

    @classmethod
    def resume(cls, folder: Path) -> Store:
        """Open a session that was begun.

        Raises
        ------
        BadInput
            There is none.
        """
        if not (folder / DATABASE).is_file():
            raise BadInput([Problem(str(folder), 0, 0, "", "found no session", "a folder that `serve` has made")])
        store = cls(folder)
        if store.kept("settings") is None:
            store.close()
            raise BadInput([Problem(str(folder), 0, 0, "", "found a session that was never begun", "another one")])
        return store

    def settings(self) -> Settings:
        """What the room was started with."""
        return Settings.of(self.kept("settings"))

    def arms(self) -> Arms:
        """The worlds as they were when the session began, whatever became of the files since."""
        other = self.folder / BENCHMARK
        scenario = load(self.folder / SCENARIO, stored=True)
        return Arms(scenario, load(other, stored=True) if other.is_file() else None)

    def append(self, who: str, message: Mapping[str, Any]) -> None:
        """Add one entry to the log."""
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        self._add("INSERT INTO log (who, message) VALUES (?, ?)", (who, text))

    @property
    def waits(self) -> bool:
        """Whether anything is not on the disk yet."""
        return bool(self._waiting)

    def _add(self, statement: str, values: tuple[str, str]) -> None:
        self._waiting.append((statement, values))
        if not self.gathers:
            self.write()

    def write(self) -> None:
        """Put on the disk, in one transaction, all that waits; it is there when this returns. From any thread.

        Raises
        ------
        sqlite3.Error
            It cannot be written (the disk is full): it goes on waiting, in its place.
        """
        with self._writing:
            now = self._waiting[:]
            if not now:
                return
            self.base.execute("BEGIN IMMEDIATE")
            try:
                for statement, values in now:
                    self.base.execute(statement, values)
                self.base.execute("COMMIT")
            except sqlite3.Error:
                if self.base.in_transaction:
                    self.base.execute("ROLLBACK")
                raise
            del self._waiting[: len(now)]

    def log(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """All entries in order."""
        for who, message in self.base.execute("SELECT who, message FROM log ORDER BY n").fetchall():
            yield who, json.loads(message)

    def without_texts(self, instead: str) -> None:
        """Take out of the log, and of the disk, what people typed to each other; the rest of each entry stays."""
        self.write()
        with self._writing:
            rows = self.base.execute("SELECT n, message FROM log").fetchall()
            said = [(n, m) for n, m in ((n, json.loads(text)) for n, text in rows) if m["do"] == "say" and "text" in m]
            self.base.execute("BEGIN IMMEDIATE")
            for n, message in said:
                text = json.dumps({**message, "text": instead}, ensure_ascii=False, separators=(",", ":"))
                self.base.execute("UPDATE log SET message = ? WHERE n = ?", (text, n))
            self.base.execute("COMMIT")
            # The journal still has the old pages.
            self.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep(self, key: str, value: Any) -> None:
        """Keep a value beside the log, over an older one."""
        self._add("INSERT OR REPLACE INTO room VALUES (?, ?)", (key, json.dumps(value)))

    def kept(self, key: str) -> Any:
        """A kept value, or None."""
        row = self.base.execute("SELECT value FROM room WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def close(self) -> None:
        """Write what waits, and close the database."""
        self.write()
        self.base.close()

    def copied(self, folder: Path) -> None:
        """Note that the session, or a world of it, was copied to a folder: who deletes the one means the other too."""
        copies = self.kept("copies") or []
        self.keep("copies", [*copies, str(folder.absolute())])

    def delete(self) -> None:
        """Delete the session, all that was written of it, and its copies; those that somebody named stay, in `left`."""
        copies = [Path(copy) for copy in self.kept("copies") or ()]
        code = self.settings().code
        with self._writing:
            self._waiting.clear()
            self.base.close()
        shutil.rmtree(self.folder)
        for copy in copies:
            # A folder of another name may have been there before, with files that are nobody's of this room.
            if copy.name.partition("-")[0] == code:
                shutil.rmtree(copy, ignore_errors=True)
        self.left = [copy for copy in copies if copy.exists()]


def last_session(data: Path) -> Path | None:
    """The session in a folder that was written to last and is not over, or None."""
    found = [p.parent for p in data.glob(f"*/{DATABASE}") if p.is_file()] if data.is_dir() else []
    return max(found, key=lambda p: (p / DATABASE).stat().st_mtime, default=None)
