"""HTTP: requests with urllib to a server on this machine, one of them refused."""

import os
import urllib.error
import urllib.request

seen = []
address = f"http://127.0.0.1:{os.environ['MODEL_HTTP_PORT']}"
for path in ("/one", "/two", "/missing"):
    try:
        with urllib.request.urlopen(address + path) as response:
            seen.append((response.status, response.read().decode()))
    except urllib.error.HTTPError as error:
        seen.append(error.code)
        error.close()
request = urllib.request.Request(address + "/post", data=b"body", method="POST")
with urllib.request.urlopen(request) as response:
    seen.append(response.read().decode())
seen
