# %% Welcome
# A short tour of Hindsight. Put the cursor into a cell (the part between two "# %%" lines) and choose
# "Run Cell" above it, or press the history button in the title bar of this editor.
import time

print("Hello from a live Python session.")

# %% Output appears while the code still runs
for second in range(1, 6):
    print(f"{second} of 5 …")
    time.sleep(1)

# %% Everything stays: use it in the next cell, or type into the last cell of the panel
squares = {number: number**2 for number in range(1, 11)}
squares

# %% Input: the question appears in the panel, below the output
name = input("What is your name? ")
print(f"Nice to meet you, {name}.")

# %% A table (rest the mouse on `people` afterwards)
try:
    import pandas as pd
except ModuleNotFoundError:
    print("This cell needs pandas. Install it into this Python with:  python3 -m pip install pandas")
else:
    people = pd.DataFrame(
        {"name": ["Ada", "Grace", "Katherine"], "born": [1815, 1906, 1918], "field": ["engines", "compilers", "orbits"]}
    )
    display(people)  # noqa: F821 - every session has `display`

# %% A picture
try:
    import matplotlib.pyplot as plt
except ModuleNotFoundError:
    print("This cell needs matplotlib. Install it into this Python with:  python3 -m pip install matplotlib")
else:
    from math import sin

    xs = [step / 20 for step in range(200)]
    plt.plot(xs, [sin(x) for x in xs])
    plt.title("sin")
    plt.show()


# %% An error shows where it happened; nothing that was there before is lost
def average(numbers):
    return sum(numbers) / len(numbers)


average([])

# %% An endless loop: stop it with "Interrupt" in the status bar
while True:
    time.sleep(0.1)
