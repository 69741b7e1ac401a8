"""The headings of a text as folders: each is inside those of a higher level before it."""

from tagtui.formats.folders import inside


class Headings:
    """The headings around a place in a text, and the tags that they make: ``tags``, outermost first.

    One that is called ``title`` is that of the whole text and makes none.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._around: list[tuple[int, tuple[str, ...]]] = [(0, ())]

    @property
    def tags(self) -> tuple[str, ...]:
        return self._around[-1][1]

    def enter(self, level: int, name: str) -> None:
        """Go below the next heading; ``level`` is 1 for the highest."""
        while self._around[-1][0] >= level:
            self._around.pop()
        self._around.append((level, self.tags if name == self._title else inside(self.tags, name)))
