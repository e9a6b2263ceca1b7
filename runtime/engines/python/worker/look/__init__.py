"""Looking at a session's live objects without changing them: completion, hover, signatures.

`answer` is a pure function of a namespace and a request; `serve` is what a shadow process does with it. No
code of the user's runs here; where a real `__repr__` is wanted, it runs in a throw-away fork (`throwaway.py`).
"""

from hindsight_worker.look.serving import answer, serve

__all__ = ["answer", "serve"]
