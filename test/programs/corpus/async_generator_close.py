"""Coroutines: an async generator that is closed early and thrown into."""

import asyncio


async def numbers(log):
    number = 0
    try:
        while True:
            try:
                yield number
            except LookupError:
                log.append("lookup")
            number += 1
    finally:
        log.append("closed")


async def main():
    log = []
    source = numbers(log)
    got = [await source.__anext__(), await source.asend("x"), await source.athrow(LookupError())]
    await source.aclose()
    return got, log


answer = asyncio.run(main())
answer
