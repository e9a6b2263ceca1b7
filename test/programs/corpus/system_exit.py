"""A program that leaves by SystemExit, through a finally and an else that is not reached."""

import sys

log = []
try:
    log.append("in")
    try:
        sys.exit("bye")
    finally:
        log.append("inner")
except SystemExit as error:
    log.append(error.code)
else:
    log.append("never")
log
