"""What the machine says: variables, folders, ids, sizes, and a change of the working folder."""

import os
import platform
import shutil
import sys

seen = []
os.makedirs("made/below", exist_ok=True)
seen.append(os.getcwd())
os.chdir("made")
seen.append(os.getcwd())
seen.append(os.listdir("."))
os.environ["MODEL_CHANGED"] = "yes"
seen.append(os.environ["MODEL_CHANGED"])
seen.append(os.getpid())
seen.append(os.stat("below").st_mtime)
seen.append(shutil.disk_usage(".").total > 0)
seen.append(platform.system() + str(sys.version_info[:2]))
os.chdir("..")
os.rmdir("made/below")
seen.append(os.listdir("made"))
seen
