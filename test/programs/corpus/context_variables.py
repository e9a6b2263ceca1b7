"""contextvars: set, reset, copied contexts, and one a task."""

import asyncio
import contextvars

user = contextvars.ContextVar("user", default="nobody")


def greet():
    return f"hello {user.get()}"


def inside(name):
    user.set(name)
    return greet()


token = user.set("ann")
context = contextvars.copy_context()
greetings = [greet(), context.run(inside, "bob"), greet(), context[user]]
user.reset(token)


async def task(name):
    user.set(name)
    await asyncio.sleep(0)
    return greet()


async def main():
    return await asyncio.gather(task("x"), task("y"))


greetings += asyncio.run(main()) + [greet()]
greetings
