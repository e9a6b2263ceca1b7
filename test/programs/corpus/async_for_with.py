"""Coroutines: async for, async with, async comprehensions and async generators."""

import asyncio

log = []


class Resource:
    def __init__(self, name):
        self.name = name

    async def __aenter__(self):
        log.append(f"enter {self.name}")
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, kind, error, traceback):
        log.append(f"exit {self.name} {kind.__name__ if kind else None}")
        return kind is ValueError


async def ticks(limit):
    try:
        for number in range(limit):
            await asyncio.sleep(0)
            yield number
    finally:
        log.append("ticks end")


async def main():
    async with Resource("outer") as outer, Resource("inner"):
        async for tick in ticks(3):
            log.append(f"{outer.name} {tick}")
    async with Resource("failing"):
        raise ValueError("swallowed")
    return [tick * 2 async for tick in ticks(4) if tick % 2]


doubled = asyncio.run(main())
(doubled, log)
