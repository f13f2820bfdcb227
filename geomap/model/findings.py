"""Gather findings: all faults of a release are told at once, so each check adds to one list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from geomap.errors import Finding, TableError, Text

FaultWords = tuple[str, str]


class Findings(list[Finding]):
    """A list of findings with short ways to add one; texts are pairs (Chinese, English).

    Parameters
    ----------
    most : so many faults of a column are kept, those that follow are counted: a table of nothing
        but faults must not weigh a hundred times what it weighs when it is all right
    """

    def __init__(self, told: Iterable[Finding] = (), *, most: int | None = None) -> None:
        super().__init__(told)
        self._most = most
        self._faults: Counter[str] = Counter()
        self._beyond = 0

    def error(self, where: tuple[str, int, str], what: FaultWords, fix: FaultWords) -> None:
        """Add a fault that stops the release; ``where`` is (file, line, column)."""
        self._faults[where[2]] += 1
        if self._most is not None and self._faults[where[2]] > self._most:
            self._beyond += 1
        else:
            self.append(Finding(*where, Text(*what), Text(*fix)))

    @property
    def is_full(self) -> bool:
        """Whether more faults were found than anybody mends at a time."""
        return self._most is not None and self._faults.total() >= self._most

    def refuse(self, file: str, *, more: bool = False) -> None:
        """Do nothing where there is no fault.

        Parameters
        ----------
        more : whether reading was given up, so that there may be more

        Raises
        ------
        TableError : all faults
        """
        if faults := self.errors:
            raise TableError(file, faults, len(faults) + self._beyond, more=more)

    def notice(self, where: tuple[str, int, str], what: FaultWords, fix: FaultWords) -> None:
        """Add a remark that only tells."""
        self.append(Finding(*where, Text(*what), Text(*fix), level="notice"))

    @property
    def errors(self) -> list[Finding]:
        """Those that stop a release, by file and line."""
        return [finding for finding in self.in_order() if finding.level == "error"]

    def in_order(self) -> list[Finding]:
        """All of them by file and line, each once."""
        return sorted(set(self), key=lambda one: (one.file, one.line, one.column, one.level))
