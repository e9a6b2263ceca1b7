"""Puts many questions that may run a user's code to one throw-away fork, each with a deadline of its own.

A question that raises, hangs, or ends the process costs its own answer and no other's.
"""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable, Sequence
from typing import Any

from . import throwaway

EACH_SECONDS = 0.05
ALL_SECONDS = 0.4


def ask_each(questions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Ask all questions, in their order.

    Args:
        questions: Each runs in a fork and gives something that JSON can say.

    Returns:
        An answer for each; None where it failed or took too long, where the time for all was over, or where this
        process may not be forked.
    """
    if throwaway.is_here():
        return [_answer(question) for question in questions]
    answers: list[Any] = [None] * len(questions)
    if not throwaway.allowed():
        return answers
    deadline = time.monotonic() + ALL_SECONDS
    first = 0
    while first < len(questions) and time.monotonic() < deadline:
        # What comes back is a prefix; the question after it is the one that hung, or ended the fork.
        told = _ask_from(questions, first, deadline)
        answers[first : first + len(told)] = told
        first += len(told) + 1
    return answers


def _ask_from(questions: Sequence[Callable[[], Any]], first: int, deadline: float) -> list[Any]:
    def answer(writer: int) -> None:
        for question in questions[first:]:
            throwaway.write_all(writer, json.dumps(_answer(question)).encode() + b"\n")

    try:
        asked = throwaway.Fork(answer, ALL_SECONDS)
    except OSError:
        return [None] * (len(questions) - first)
    try:
        return [json.loads(line) for line in _lines(asked, deadline)]
    finally:
        asked.end()


def _answer(question: Callable[[], Any]) -> Any:
    return throwaway.answer_here(question, EACH_SECONDS)


def _lines(asked: throwaway.Fork, deadline: float) -> list[bytes]:
    """Read until the end, or until nothing comes for longer than one question may take."""
    poller = select.poll()
    poller.register(asked.reader, select.POLLIN)
    received = b""
    while (left := deadline - time.monotonic()) > 0 and poller.poll(min(left, 2 * EACH_SECONDS + 0.05) * 1000):
        chunk = asked.read()
        if not chunk:
            break
        received += chunk
    return received.split(b"\n")[:-1]
