"""The main screen: tags, bookmarks and annotation over one library, narrowed by one query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.app import ComposeResult
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import get_current_worker

from tagtui.core.order import Order, TagOrder
from tagtui.core.query import Query, Tag
from tagtui.tui import messages as said
from tagtui.tui.actions import (
    ACTIONS,
    ANYWHERE,
    BOOKMARKS,
    DETAIL,
    MENU,
    QUERY_BAR,
    ROWS,
    TAG_FILTER,
    TAGS,
    Action,
    bindings,
)
from tagtui.tui.screens.menus import chosen_order, order_options, palette_options, theme_options
from tagtui.tui.screens.vacant import vacant_lines
from tagtui.tui.widgets.bookmark_pane import BookmarkRows, Density
from tagtui.tui.widgets.detail_pane import DetailPane
from tagtui.tui.widgets.header import Header
from tagtui.tui.widgets.key_bar import KeyBar
from tagtui.tui.widgets.menu import Menu
from tagtui.tui.widgets.panes import Panes
from tagtui.tui.widgets.query_bar import QueryBar
from tagtui.tui.widgets.tag_pane import TagPane

if TYPE_CHECKING:
    from tagtui.core.bookmark import Bookmark
    from tagtui.core.library import Library
    from tagtui.core.view import View
    from tagtui.session import Session
    from tagtui.tui.widgets.option_rows import Option
    from tagtui.visit import Visit

_BACKGROUND_ABOVE = 20_000  # bookmarks: a text search in fewer takes less than a frame


class BrowseScreen(Screen[None]):
    """Owns the query; a new one gives one view, which is pushed to the panes.

    ``wish`` does at once what takes more than the screen, by the id of its action.
    """

    BINDINGS = bindings(ANYWHERE)
    AUTO_FOCUS = None

    # Named so because DOMNode has a method query.  None of these is painted by the screen itself.
    library_query: reactive[Query] = reactive(Query(), init=False, repaint=False)
    order: reactive[Order] = reactive(Order.RELEVANCE, init=False, repaint=False)
    tag_order: reactive[TagOrder] = reactive(TagOrder.COUNT, init=False, repaint=False)

    def __init__(
        self,
        *,
        query: Query,
        density: Density,
        keymap: Mapping[str, str],
        import_command: str,
        clock: Callable[[], datetime],
        wish: Callable[[str], None],
        is_read_only: bool,
    ) -> None:
        super().__init__()
        self.set_reactive(BrowseScreen.library_query, query)
        self.panes = Panes(clock, density, wish, id="panes")
        self._wish = wish
        self._keymap = keymap
        self._import_command = import_command
        self._is_read_only = is_read_only
        self._library: Library | None = None
        self._view: View | None = None

    def compose(self) -> ComposeResult:
        yield Header(id="header")
        yield QueryBar(id="bar")
        yield self.panes
        yield KeyBar(self._keymap, id="keys")
        yield Menu(id="menu")

    def on_mount(self) -> None:
        self.bookmarks.vacant = ("Reading the library…",)
        self.query_one(KeyBar).show(self.panes.pane)
        self._focus_pane(BOOKMARKS if self.size.width < 80 else TAGS)
        self.set_interval(60, self._redraw)  # "5 minutes ago" does not stay true
        self.app.theme_changed_signal.subscribe(self, lambda _: self._redraw())

    # --- the parts

    @property
    def header(self) -> Header:
        return self.query_one(Header)

    @property
    def bar(self) -> QueryBar:
        return self.query_one(QueryBar)

    @property
    def tag_pane(self) -> TagPane:
        return self.panes.tags

    @property
    def bookmarks(self) -> BookmarkRows:
        return self.panes.bookmarks

    @property
    def detail(self) -> DetailPane:
        return self.panes.detail

    @property
    def current(self) -> Bookmark | None:
        """The bookmark under the cursor."""
        id = self.bookmarks.id_under_cursor
        return self._library.bookmarks.get(id) if self._library is not None and id is not None else None

    # --- from query to panes

    def show_library(self, session: Session | Visit) -> None:
        """Show ``session``'s library from now on; the query and the cursors stay."""
        self._library = session.library
        self._place = str(session.path)
        self._search()

    def watch_library_query(self) -> None:
        self.call_later(self._search)  # in the screen's own turn: an action runs in that of the pane with the focus

    def watch_order(self) -> None:
        self.call_later(self._search)

    def watch_tag_order(self) -> None:
        self._show_tags()

    def _search(self) -> None:
        if self._library is None:
            return
        if self.library_query.texts and len(self._library) > _BACKGROUND_ABOVE:
            self._search_in_background(self._library, self.library_query, self.order)
        else:
            self.workers.cancel_group(self, "search")
            self._show(self._library.search(self.library_query, self.order))

    @work(thread=True, exclusive=True, group="search")
    def _search_in_background(self, library: Library, query: Query, order: Order) -> None:
        view = library.search(query, order)
        if not get_current_worker().is_cancelled:
            self.post_message(said.ViewFound(view))

    @on(said.ViewFound)
    def _view_found(self, event: said.ViewFound) -> None:
        view, library = event.view, self._library
        is_of_library = library is not None and view.index is library.index  # it may have been read again since
        if is_of_library and view.query == self.library_query and view.order is self.order:
            self._show(view)

    def _show(self, view: View) -> None:
        library = self._library
        if library is None:
            return
        texts_before = self._view.query.texts if self._view else ()
        is_new_search = view.order is Order.RELEVANCE and not {*view.query.texts} <= {*texts_before}
        keep = None if is_new_search else self.bookmarks.id_under_cursor
        self._view = view
        self._paint_together()
        self.header.show(f"{library.owner} (read-only)" if self._is_read_only else library.owner, view)
        self.bookmarks.vacant = vacant_lines(library, view, self._place, self._import_command)
        self.bookmarks.show_view(library, view, keep)
        self.query_one(KeyBar).show_marks(self.bookmarks.marked_count)
        self._show_tags()
        self._show_detail()

    def _paint_together(self) -> None:
        """Hold the next paint until every pane has said that it has changed, or it is often two, a frame apart."""
        batch = ExitStack()
        batch.enter_context(self.app.batch_update())

        def release() -> None:
            batch.close()
            self.check_idle()

        asyncio.get_running_loop().call_soon(release)  # behind the panes, which wake up first

    def _show_tags(self) -> None:
        if self._view is None:
            return
        needle = self.tag_pane.needle
        none = "No tags." if self._view.total else "No tags yet: 2 shows how to bring bookmarks."
        self.tag_pane.rows.vacant = (f"No tag holds “{needle}”; esc shows all.",) if needle else (none,)
        self.tag_pane.rows.show_view(self._view, self.tag_order, needle)
        order = self._view.tag_order(self.tag_order)
        self.tag_pane.border_subtitle = f"{self.tag_pane.rows.related_count:,} by {order}"

    def _show_detail(self) -> None:
        owner = self._library.owner if self._library is not None else ""
        self.detail.show(self.current, owner, self.library_query)
        self.detail.show_match_count()
        self.query_one(KeyBar).show_place(self.bookmarks.cursor + 1, self.bookmarks.count)

    def _redraw(self) -> None:
        self.tag_pane.rows.redraw()
        self.bookmarks.redraw()
        self.detail.redraw()

    # --- what the panes say

    @on(said.TagPicked)
    def _tag_picked(self, event: said.TagPicked) -> None:
        query = self.library_query
        self._ask(query.drop_tag(event.tag) if query.standing(event.tag) else query.pick(event.tag))

    @on(said.TagExcluded)
    def _tag_excluded(self, event: said.TagExcluded) -> None:
        self._ask(self.library_query.exclude(event.tag))

    @on(said.TagAlternative)
    def _tag_alternative(self, event: said.TagAlternative) -> None:
        self._ask(self.library_query.alternative(event.tag))

    @on(said.TagOnly)
    def _tag_only(self, event: said.TagOnly) -> None:
        self._ask(self.library_query.only(event.tag))

    @on(said.TermDropped)
    def _term_dropped(self, event: said.TermDropped) -> None:
        self._ask(self.library_query.without(event.term))

    def _ask(self, query: Query) -> None:
        """Ask ``query``, which was not typed; an open query bar shows it."""
        self.library_query = query
        if self.bar.is_open:
            self.bar.show_query(query)

    @on(said.QueryTyped)
    def _query_typed(self, event: said.QueryTyped) -> None:
        self.library_query = event.query

    @on(said.QueryBarClosed)
    def _query_bar_closed(self, event: said.QueryBarClosed) -> None:
        self._leave_bar(event.query)

    def _leave_bar(self, query: Query) -> None:
        self.library_query = query
        self._focus_pane(BOOKMARKS)

    @on(said.BookmarkReached)
    def _bookmark_reached(self) -> None:
        self._show_detail()

    @on(TagPane.FilterChanged)
    def _filter_changed(self) -> None:
        self._show_tags()

    @on(said.MarksChanged)
    def _marks_changed(self, event: said.MarksChanged) -> None:
        self.query_one(KeyBar).show_marks(event.count)

    @on(KeyBar.Chosen)
    def _key_chosen(self, event: KeyBar.Chosen) -> None:
        self.carry_out(event.action)

    # --- panes

    def _focus_pane(self, pane: str) -> None:
        self.panes.go_to(pane)

    def on_descendant_focus(self) -> None:
        self.panes.follow_focus()
        self.query_one(KeyBar).show(self._focused_place())

    def _focused_place(self) -> str:
        """Return where keys go: a pane, or what is typed in."""
        if self.query_one(Menu).has_focus_within:
            return MENU
        if self.bar.has_focus_within:
            return QUERY_BAR
        return TAG_FILTER if self.tag_pane.filter.has_focus else self.panes.pane

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(Menu).fit(event.size.height)

    def action_tags_pane(self) -> None:
        self._focus_pane(TAGS)

    def action_bookmarks_pane(self) -> None:
        self._focus_pane(BOOKMARKS)

    def action_detail_pane(self) -> None:
        self._focus_pane(DETAIL)

    def action_next_pane(self) -> None:
        self._step_pane(1)

    def action_previous_pane(self) -> None:
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        if self.bar.is_open:
            self._leave_bar(self.bar.close())
        else:
            self.panes.step(step)

    # --- actions on the query

    def action_drop_last(self) -> None:
        self._ask(self.library_query.without_last())

    def action_clear(self) -> None:
        self.tag_pane.close_filter()
        self._ask(Query())

    def action_step_out(self) -> None:
        if self.bar.is_open:
            self._leave_bar(self.bar.cancel())
        elif self.tag_pane.has_class("-filtering"):
            self.tag_pane.close_filter()
        elif self.panes.pane == DETAIL:
            self._focus_pane(BOOKMARKS)
        elif self.bookmarks.marked_count:
            self.bookmarks.clear_marks()
        else:
            self.action_drop_last()

    def action_filter_tags(self) -> None:
        self.panes.pane = TAGS
        self.tag_pane.open_filter()

    def action_search(self) -> None:
        self.bar.open(self.library_query, self._tag_exists)

    def _tag_exists(self, tag: Tag) -> bool:
        return self._library is None or bool(self._library.index.tagged(tag))

    def action_next_match(self) -> None:
        self._go_to_match(1)

    def action_previous_match(self) -> None:
        self._go_to_match(-1)

    def _go_to_match(self, step: int) -> None:
        if self.detail.match_count:
            self.detail.go_to_match(step)
        else:
            self.notify(self.detail.why_no_match(), markup=False)

    # --- actions on what is shown

    def action_sort(self) -> None:
        self.query_one(Menu).open("Sort", order_options(self.order, self.tag_order), self._sort)

    def _sort(self, chosen: str) -> None:
        order = chosen_order(chosen)
        if isinstance(order, TagOrder):
            self.tag_order = order
        else:
            self.order = order

    def action_density(self) -> None:
        self.bookmarks.set_density(self.bookmarks.density.next)

    def action_palette(self) -> None:
        by_id = {action.id: action for action in ACTIONS}
        self.query_one(Menu).open(
            "What to do", palette_options(self._keymap), lambda chosen: self.carry_out(by_id[chosen])
        )

    def ask(self, question: str, options: Sequence[Option], then: Callable[[str], None]) -> None:
        """Ask something that was not asked for; ``then`` gets the value of the answer, if there is one."""
        self.query_one(Menu).open(question, options, then)

    @property
    def is_asking(self) -> bool:
        """Whether a menu is open."""
        return self.query_one(Menu).is_open

    def action_theme(self) -> None:
        def choose(chosen: str) -> None:
            self.app.theme = chosen

        self.query_one(Menu).open("Theme", theme_options(self.app.available_themes, self.app.theme), choose)

    def carry_out(self, action: Action) -> None:
        """Do ``action`` where it belongs, as if its key had been pressed there."""
        if action.where == ANYWHERE:
            target: Widget = self
        else:
            target = self.panes.widget(self.panes.pane if action.where == ROWS else action.where)
        target.call_later(target.run_action, action.id)  # in its own context, or its messages would not reach us

    def action_help(self) -> None:
        from tagtui.tui.screens.text_page import HelpPage

        self.app.push_screen(HelpPage(self.panes.pane, self._keymap))

    def action_open_url(self) -> None:
        if self.current is not None:
            self.post_message(said.OpenRequested(self.current.url))

    def action_copy_url(self) -> None:
        if self.current is not None:
            self.post_message(said.CopyRequested(self.current.url))

    def action_add(self) -> None:
        self._wish("add")

    def action_copy_as(self) -> None:
        self._wish("copy_as")

    def action_copy_to(self) -> None:
        self._wish("copy_to")

    def action_import(self) -> None:
        self._wish("import")

    def action_export(self) -> None:
        self._wish("export")

    def action_undo(self) -> None:
        self._wish("undo")

    def action_redo(self) -> None:
        self._wish("redo")

    def action_reload(self) -> None:
        self.post_message(said.ReloadRequested())

    def action_quit(self) -> None:
        self._wish("quit")
