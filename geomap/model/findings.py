"""Gather findings: all faults of a release are told at once, so each check adds to one list."""

from __future__ import annotations

from geomap.errors import Finding, Text

FaultWords = tuple[str, str]


class Findings(list[Finding]):
    """A list of findings with short ways to add one; texts are pairs (Chinese, English)."""

    def error(self, where: tuple[str, int, str], what: FaultWords, fix: FaultWords) -> None:
        """Add a fault that stops the release; ``where`` is (file, line, column)."""
        self.append(Finding(*where, Text(*what), Text(*fix)))

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
