"""Reading source code: which code a cursor stands for, and what jedi knows of it. Runs no user code.

It has no session: `serve` is the whole life of an analyst process.
"""

from hindsight_worker.analyst.serving import serve

__all__ = ["serve"]
