"""Algorithms: a shortest path with a heap, and a topological order by depth first search."""

import heapq

roads = {"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}


def shortest(start, goal):
    queue, best = [(0, start, [start])], {}
    while queue:
        distance, place, path = heapq.heappop(queue)
        if place == goal:
            return distance, path
        if best.get(place, distance + 1) <= distance:
            continue
        best[place] = distance
        for neighbour, length in roads[place].items():
            heapq.heappush(queue, (distance + length, neighbour, [*path, neighbour]))
    return None


def ordered(graph):
    done, order = set(), []

    def visit(place):
        if place in done:
            return
        done.add(place)
        for neighbour in graph[place]:
            visit(neighbour)
        order.insert(0, place)

    for place in graph:
        visit(place)
    return order


answer = (shortest("a", "d"), shortest("d", "a"), ordered(roads))
answer
