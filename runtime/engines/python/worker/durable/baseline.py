"""The environment as it was before user code ran: imported with the worker, and nothing else."""

import os

environment: dict[str, str] = dict(os.environ)
