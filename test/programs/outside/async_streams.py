"""asyncio: streams to a server on this machine, a timer, and the clock of the loop."""

import asyncio
import os

seen = []


async def ask(text):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ["MODEL_PORT"]))
    writer.write(text.encode() + b"\n")
    await writer.drain()
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def main():
    loop = asyncio.get_running_loop()
    for number in range(3):
        seen.append(await ask(f"stream {number}"))
        await asyncio.sleep(0.001)
        seen.append(loop.time())
    seen.append(await asyncio.wait_for(ask("last"), 10))


asyncio.run(main())
seen
