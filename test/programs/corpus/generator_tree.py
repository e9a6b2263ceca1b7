"""Generators: a recursive walk over a tree, several of them alive at once."""


class Node:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.key
        if self.right:
            yield from self.right


def insert(node, key):
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    else:
        node.right = insert(node.right, key)
    return node


root = None
for key in [5, 2, 8, 1, 9, 3]:
    root = insert(root, key)
pairs = list(zip(root, root))
pairs
