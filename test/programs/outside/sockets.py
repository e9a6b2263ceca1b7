"""A socket: requests to a server on this machine, which counts them."""

import os
import socket

seen = []


def ask(text):
    with socket.create_connection(("127.0.0.1", int(os.environ["MODEL_PORT"]))) as connection:
        connection.sendall(text.encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            answer += connection.recv(100)
    seen.append(answer.decode())
    return answer


for number in range(5):
    ask(f"request {number}")
total = sum(len(text) for text in seen)
seen.append(total)
seen
