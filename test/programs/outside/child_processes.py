"""Child processes: their lines, exit codes, what goes in and out, what they leave behind."""

import subprocess
import sys

seen = []
script = "import os, sys; open('children.txt', 'a').write(sys.argv[1] + '\\n'); print(os.getpid() > 0, sys.stdin.read())"
for number in range(3):
    ended = subprocess.run([sys.executable, "-S", "-c", script, str(number)], input=f"in {number}", capture_output=True, text=True)
    seen.append(ended.stdout)
    seen.append(ended.returncode)
with subprocess.Popen(["sh", "-c", "echo child >> children.txt; echo $$; exit 3"], stdout=subprocess.PIPE) as child:
    seen.append(child.stdout.read())
seen.append(child.returncode)
seen.append(subprocess.getoutput("echo shell >> children.txt; echo done"))
seen
