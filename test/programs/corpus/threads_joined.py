"""Threads: workers that are joined, a lock, a queue, a barrier between them."""
# threads

import queue
import threading

lock = threading.Lock()
totals = []
inbox = queue.Queue()


def work(number):
    with lock:
        totals.append(number * number)
    inbox.put(number)


workers = [threading.Thread(target=work, args=(number,)) for number in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
received = sorted(inbox.get() for _ in workers)
(sorted(totals), received)
