"""Work spread over threads, results in order, a bounded number in flight."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_order(
    function: Callable[[_Item], _Result], items: Iterable[_Item], workers: int, ahead: int
) -> Iterator[_Result]:
    """Yield `function` of each item, in the items' order, from threads.

    At most `ahead` items are under way or wait for their turn (`Executor.map` would take all of them at
    once). Where the reader stops or Ctrl-C is pressed, what has not begun is dropped.
    """
    waiting = iter(items)
    pool = ThreadPoolExecutor(workers)
    try:
        begun: deque[Future[_Result]] = deque()
        begun.extend(pool.submit(function, item) for item in itertools.islice(waiting, ahead))
        while begun:
            yield begun.popleft().result()
            begun.extend(pool.submit(function, item) for item in itertools.islice(waiting, 1))
    finally:
        pool.shutdown(cancel_futures=True)
