"""asyncio: gather of tasks that take turns."""

import asyncio

turns = []


async def worker(name, count):
    for number in range(count):
        turns.append(f"{name}{number}")
        await asyncio.sleep(0)
    return name * count


async def main():
    return await asyncio.gather(worker("a", 3), worker("b", 2), worker("c", 4))


results = asyncio.run(main())
(results, turns)
