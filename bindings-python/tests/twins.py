"""Runs one test for both twins: a driver calls the methods of either and gives plain answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


class Blocking:
    """Calls a blocking orchestrator."""

    name = "blocking"

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.open()

    def open(self) -> None:
        self.made = self.make()

    def __call__(self, method: str, *args: Any, **options: Any) -> Any:
        return getattr(self.made, method)(*args, **options)

    def take(self, count: int, method: str, *args: Any, **options: Any) -> list[Any]:
        items = getattr(self.made, method)(*args, **options)
        return [item for _, item in zip(range(count), items)]

    def close(self) -> None:
        self.made.close()


class Async:
    """Calls an asyncio orchestrator, each call in the same loop."""

    name = "asyncio"

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self.open()

    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.made = self.make()

    def __call__(self, method: str, *args: Any, **options: Any) -> Any:
        return self.loop.run_until_complete(getattr(self.made, method)(*args, **options))

    def take(self, count: int, method: str, *args: Any, **options: Any) -> list[Any]:
        async def some() -> list[Any]:
            found: list[Any] = []
            items = getattr(self.made, method)(*args, **options)
            async for item in items:
                found.append(item)
                if len(found) == count:
                    break
            await items.aclose()
            return found

        return self.loop.run_until_complete(some())

    def close(self) -> None:
        self.loop.run_until_complete(self.made.close())
        self.loop.close()


def until(done: Callable[[], bool]) -> None:
    """Waits for what comes by and by."""
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def drive(kind: type[Blocking] | type[Async], make: Callable[[], Any]) -> Iterator[Any]:
    driver = kind(make)
    yield driver
    driver.close()
