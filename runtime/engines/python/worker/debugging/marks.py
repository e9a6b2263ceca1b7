"""What is marked in the picture of a run: all of it as long as it is little, then evenly less. Knows no frames and no recorder."""

from typing import Any

_MOST = 256
_MOST_TEXT = 200


class Marks:
    """Marks of one kind in a piece of the run, in order of time; where there are many, one stands for several that follow each other."""

    def __init__(self, kind: str, most: int = _MOST) -> None:
        self._kind = kind
        self._most = most
        self._marks: list[dict[str, Any]] = []
        #: So many one stands for, now.
        self._each = 1
        #: Where the last one was that was added, also where it has no mark of its own.
        self._last = -1

    def add(self, time: int, lines: int, text: str, more: dict[str, Any] | None = None) -> None:
        """Marks a moment: its time, and the lines since the piece began."""
        marks = self._marks
        self._last = lines
        if marks and marks[-1]["count"] < self._each:
            marks[-1]["count"] += 1
            return
        if len(marks) == self._most:
            self._halve()
        marks.append({"time": time, "lines": lines, "text": text, "count": 1, **(more or {})})

    def extend(self, lines: int, text: str) -> bool:
        """Adds to the text of the last one, where that is of the same line as this; else answers False."""
        if not self._marks or self._last != lines:
            return False
        mark = self._marks[-1]
        if mark["lines"] == lines and len(mark["text"]) < _MOST_TEXT:
            mark["text"] += text
        return True

    def told(self) -> list[dict[str, Any]]:
        """As the runtime takes them; a text in one line."""
        return [{**mark, "kind": self._kind, "text": " ".join(mark["text"].split())[:_MOST_TEXT]} for mark in self._marks]

    def _halve(self) -> None:
        marks = self._marks
        for first, second in zip(marks[::2], marks[1::2]):
            first["count"] += second["count"]
        del marks[1::2]
        self._each *= 2
