"""Input: lines that a person enters."""

seen = []
name = input("Name? ")
seen.append(name)
for number in range(2):
    seen.append(input(f"{number}? "))
try:
    int(name)
except ValueError:
    seen.append("no number")
seen
