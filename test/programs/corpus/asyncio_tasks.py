"""asyncio: tasks, an event, a queue, and one that is cancelled."""

import asyncio


async def produce(queue, ready):
    for number in range(4):
        await queue.put(number)
    ready.set()
    await queue.put(None)


async def consume(queue):
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    return total


async def forever(log):
    try:
        while True:
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        log.append("cancelled")
        raise


async def main():
    queue, ready, log = asyncio.Queue(2), asyncio.Event(), []
    endless = asyncio.create_task(forever(log))
    consumer = asyncio.create_task(consume(queue))
    await produce(queue, ready)
    await ready.wait()
    total = await consumer
    endless.cancel()
    try:
        await endless
    except asyncio.CancelledError:
        log.append("seen")
    return total, log


outcome = asyncio.run(main())
outcome
