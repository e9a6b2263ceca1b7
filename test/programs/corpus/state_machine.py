"""A small interpreter: a loop over instructions with a stack, jumps and a table of functions."""


def add(stack):
    stack.append(stack.pop() + stack.pop())


def multiply(stack):
    stack.append(stack.pop() * stack.pop())


def decrease(stack):
    stack.append(stack.pop() - 1)


TABLE = {"add": add, "mul": multiply, "dec": decrease}


def run(program):
    stack, memory, place = [], {}, 0
    while place < len(program):
        name, *rest = program[place].split()
        place += 1
        if name == "push":
            stack.append(int(rest[0]))
        elif name == "store":
            memory[rest[0]] = stack.pop()
        elif name == "load":
            stack.append(memory[rest[0]])
        elif name == "jump":
            if stack.pop():
                place = int(rest[0])
        else:
            TABLE[name](stack)
    return memory


factorial = ["push 6", "store n", "push 1", "store r", "load n", "load r", "mul", "store r", "load n", "dec", "store n"]
memory = run([*factorial, "load n", "jump 4"])
memory
