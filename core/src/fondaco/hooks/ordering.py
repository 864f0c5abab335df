"""In which order plugins stand, and what each of them adds to a hook or a place of a page. Pure.

`after` and `before` come first, then the plugin's name. Raises `graphlib.CycleError` for wishes
that run in a circle.
"""

from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import TypeVar

K = TypeVar("K", str, tuple[str, int])
# The plugins after which, and before which, something wants to stand.
Wishes = tuple[tuple[str, ...], tuple[str, ...]]


def order_graph(wishes: Mapping[str, Wishes]) -> dict[str, set[str]]:
    """What each plugin's implementation follows."""
    graph: dict[str, set[str]] = {name: set() for name in wishes}
    for name, (after, before) in wishes.items():
        graph[name] |= {other for other in after if other in graph}
        for other in before:
            if other in graph:
                graph[other].add(name)
    return graph


def slot_graph(
    wishes: Mapping[tuple[str, int], Wishes],
) -> dict[tuple[str, int], set[tuple[str, int]]]:
    """What each contribution follows. Wishes name plugins, and mean all that those contribute."""
    graph: dict[tuple[str, int], set[tuple[str, int]]] = {key: set() for key in wishes}
    for key, (after, before) in wishes.items():
        for other in wishes:
            if other[0] == key[0]:
                continue
            if other[0] in after:
                graph[key].add(other)
            if other[0] in before:
                graph[other].add(key)
    return graph


def stable_order(graph: Mapping[K, set[K]]) -> list[K]:
    """Topological order; between equals, by name."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    result: list[K] = []
    while sorter.is_active():
        for name in sorted(sorter.get_ready()):
            result.append(name)
            sorter.done(name)
    return result
