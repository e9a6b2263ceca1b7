"""A program that ends with an exception that nobody catches."""


def check(values):
    for value in values:
        if value < 0:
            raise ValueError(f"negative: {value}")
        print("fine", value)


def main():
    try:
        check([1, 2, -3, 4])
    finally:
        print("leaving")


main()
