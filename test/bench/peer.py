"""Measures ipykernel through jupyter_client, for the bench: the same tasks as ours.ts, one JSON object on stdout.

It knows nothing of Hindsight. All times are in milliseconds. The kernel is reached as every Jupyter front end
reaches it: BlockingKernelClient over ZMQ on TCP.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

TIMEOUT_S = 60.0


def milliseconds(task: Callable[[], object]) -> float:
    """Runs a task once.

    Args:
        task: What is measured.

    Returns:
        How long it took.
    """
    begin = time.perf_counter()
    task()
    return (time.perf_counter() - begin) * 1000


def samples(task: Callable[[], object], count: int, warm_up: int, pause_s: float = 0) -> list[float]:
    """Runs a task often, and drops the first runs.

    Args:
        task: What is measured.
        count: How many times are kept.
        warm_up: How many are dropped before.
        pause_s: What passes between two of them.

    Returns:
        The times that were kept, in order.
    """
    for _ in range(warm_up):
        task()
    measured = []
    for _ in range(count):
        time.sleep(pause_s)
        measured.append(milliseconds(task))
    return measured


def run(client: BlockingKernelClient, code: str) -> int:
    """Executes code and waits until the client has its outputs and its reply.

    Args:
        client: A client whose channels run.
        code: What the kernel executes.

    Returns:
        How many characters it wrote to its streams.
    """
    message_id = client.execute(code)
    written = 0
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT_S)
        if message["parent_header"].get("msg_id") != message_id:
            continue
        if message["msg_type"] == "stream":
            written += len(message["content"]["text"])
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    reply_to(client, message_id)
    return written


def reply_to(client: BlockingKernelClient, message_id: str) -> dict[str, Any]:
    """Waits for the reply to a request on the shell channel.

    Args:
        client: The client that sent it.
        message_id: What the request is called.

    Returns:
        The whole reply.
    """
    while True:
        message = client.get_shell_msg(timeout=TIMEOUT_S)
        if message["parent_header"].get("msg_id") == message_id:
            return message


def run_exactly(client: BlockingKernelClient, code: str, characters: int) -> None:
    """Executes code whose output must arrive whole.

    Args:
        client: A client whose channels run.
        code: What the kernel executes.
        characters: How many characters it writes.

    Raises:
        RuntimeError: Fewer or more characters arrived.
    """
    written = run(client, code)
    if written != characters:
        raise RuntimeError(f"{written} characters arrived, {characters} were written")


def session_start() -> float:
    """Starts a kernel until it answers, and ends it.

    Returns:
        The time until it could be used.
    """
    begin = time.perf_counter()
    manager, client = start_new_kernel(startup_timeout=TIMEOUT_S)
    elapsed = (time.perf_counter() - begin) * 1000
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return elapsed


def interruption(manager: KernelManager, client: BlockingKernelClient) -> float:
    """Interrupts an endless loop.

    Args:
        manager: Of the kernel.
        client: Of the kernel.

    Returns:
        The time from asking for it until the client has the error.
    """
    # After an error ipykernel drops what it finds queued; the next loop must not be among it.
    message_id = client.execute("print('go', flush=True)\nwhile True: pass", stop_on_error=False)
    wait_for(client, message_id, "stream")
    begin = time.perf_counter()
    manager.interrupt_kernel()
    wait_for(client, message_id, "error")
    elapsed = (time.perf_counter() - begin) * 1000
    reply_to(client, message_id)
    return elapsed


def wait_for(client: BlockingKernelClient, message_id: str, kind: str) -> None:
    """Waits for a message of one kind on the IOPub channel.

    Args:
        client: A client whose channels run.
        message_id: The request that it belongs to.
        kind: Its message type.
    """
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT_S)
        if message["parent_header"].get("msg_id") == message_id and message["msg_type"] == kind:
            return


def main() -> None:
    """Measures everything, with sizes from the first argument, and prints the samples."""
    tasks: dict[str, Any] = json.loads(sys.argv[1])
    measured: dict[str, list[float]] = {}
    measured["session"] = [session_start() for _ in range(tasks["sessions"])]
    manager, client = start_new_kernel(startup_timeout=TIMEOUT_S)
    try:
        run(client, tasks["setUp"])
        small, warm_up = tasks["small"], tasks["warmUp"]
        measured["eval"] = samples(lambda: run(client, "1+1"), small, warm_up, tasks["pauseMs"] / 1000)
        measured["evalAtOnce"] = samples(lambda: run(client, "1+1"), small, warm_up)
        complete, cursor = tasks["complete"], len(tasks["complete"])
        measured["complete"] = samples(lambda: reply_to(client, client.complete(complete, cursor)), small, warm_up)
        info = tasks["info"]
        measured["info"] = samples(lambda: reply_to(client, client.inspect(info, len(info))), small, warm_up)
        lines = tasks["lines"]
        measured["lines"] = samples(lambda: run_exactly(client, lines["code"], lines["characters"]), tasks["large"], 1)
        write = tasks["write"]
        measured["write"] = samples(lambda: run_exactly(client, write["code"], write["characters"]), tasks["large"], 1)
        measured["interrupt"] = [interruption(manager, client) for _ in range(tasks["interrupts"])]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    json.dump(measured, sys.stdout)


if __name__ == "__main__":
    main()
