"""What Jupyter's users type beside Python: `%time f()`, `!ls`, `name?`, `%%bash`.

Code that is not valid Python is rewritten, line for line, into calls of `get_ipython()`. Where the user's
environment has IPython, its transformer and its magics are used; otherwise ours, which cover the common ones.
"""

from hindsight_worker.magics.rewriting import rewrite

__all__ = ["rewrite"]
