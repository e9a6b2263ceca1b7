"""One line for the end of a line in an editor. Uses the looking part's knowledge of arrays and frames."""

from typing import Any

from hindsight_worker.look.summary import summarize as _look_summary

_WIDTH = 80


def summarize(value: Any, text: str) -> str:
    """At most 80 characters on one line. `text` is the repr, used where the looking part knows nothing better."""
    try:
        return _one_line(_look_summary(value, text))
    except KeyboardInterrupt:
        raise
    except BaseException:
        return _one_line(text)


def _one_line(text: str) -> str:
    line = " ".join(text[:2000].split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
