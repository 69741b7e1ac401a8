"""What opens above the panes: the palette, the menus of order and theme, and the help."""

from pathlib import Path

import pytest

from tagtui.config import Settings, settings_path
from tagtui.errors import SettingsError
from tagtui.tui.actions import ACTIONS, GROUPS
from tagtui.tui.app import TagtuiApp
from tagtui.tui.themes import THEMES
from tests.tui.driver import DEMO, TITLES, Driver


async def test_the_palette_finds_any_action_by_any_words_of_it(shelf: Path) -> None:
    async with Driver(shelf, size=(120, 60)) as tui:
        await tui.press("ctrl+p")
        listed = set()
        for _ in ACTIONS:
            listed.add(tui.menu_cursor())
            await tui.press("down")
        assert len(listed) == len(ACTIONS) - 1, "all but the palette itself"
        assert "copy URL Copy the URL to the clipboard y" in listed
        assert "theme Choose the colours" in listed
        await tui.type("NOTATION go")
        assert tui.menu() == [
            "annotation Go to the annotation 3",
            "next match Go to the next match in the annotation n",
            "previous match Go to the previous match in the annotation N",
        ]
        await tui.press("backspace", "backspace", *"nosuch")
        assert tui.menu() == ["Nothing of that name."]
        await tui.press("enter")
        assert (tui.menu_title(), tui.menu()) == ("What to do", ["Nothing of that name."]), "it does not go silently"
        await tui.press("escape", "ctrl+p")
        await tui.type("pi")
        assert tui.menu_cursor().startswith("pick Pick the tag"), "what begins so comes first"
        await tui.press("escape")
        assert (tui.menu_title(), tui.pane(), tui.picks()) == ("", "tags", [])


async def test_the_palette_finds_an_action_by_its_name_as_it_is_shown_or_as_the_settings_have_it(shelf: Path) -> None:
    async with Driver(shelf, size=(80, 24)) as tui:
        await tui.press("ctrl+p")
        for action in ACTIONS:
            for name in {action.id, action.label} - {"palette"}:
                await tui.press("ctrl+u")
                await tui.paste(name)
                assert tui.menu_cursor().startswith(action.label), name


async def test_the_box_of_a_menu_is_as_high_as_its_rows(shelf: Path) -> None:
    async with Driver(shelf, size=(80, 24)) as tui:
        await tui.press("ctrl+p")
        for size, room in (((80, 24), 17), ((40, 12), 8), ((120, 40), 33), ((120, 60), len(ACTIONS) - 1)):
            await tui.resize(*size)
            assert len(tui.menu()) == room
            assert tui.part("keys")[0].startswith("enter choose  esc close"), "what its keys are stands below"
        await tui.type("theme")
        assert len(tui.page()) == 2, "the input, and the only row"


async def test_the_cursor_of_a_menu_is_never_out_of_sight(shelf: Path) -> None:
    async with Driver(shelf, size=(80, 24)) as tui:
        await tui.press("ctrl+p")
        for key in ("up", "down", "ctrl+n", "ctrl+p", *["pagedown"] * 5, *["up"] * 9, *["pageup"] * 5):
            await tui.press(key)
            assert tui.menu_cursor()
        await tui.resize(60, 12)
        await tui.press(*["pagedown"] * 9)
        assert tui.menu_cursor() == "quit Leave tagtui q"


async def test_the_menu_of_orders_ticks_those_in_force_and_a_click_chooses_as_enter_does(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("ctrl+p")
        await tui.type("help keys")
        await tui.press("escape", "s")
        await tui.click("Bookmarks: by title")
        assert tui.menu_title() == ""
        assert [title.removeprefix("◆ ").removeprefix("● ") for title in tui.bookmarks()][:2] == ["Bread", "Burrow"]
        await tui.press("s")
        assert tui.menu_cursor() == "✓ Bookmarks: by title"
        await tui.type("newest")
        await tui.press("enter", "s")
        ticked = [row for row in tui.menu() if row.startswith("✓")]
        assert ticked == ["✓ Bookmarks: by match in a search, else newest first", "✓ Tags: by count"]
        await tui.type("oldest")
        await tui.press("enter", "s")
        assert tui.menu_cursor() == "✓ Bookmarks: oldest first"
        assert tui.menu()[0] == "Bookmarks: by match in a search, else newest first"
        await tui.press("escape")
        assert tui.bookmarks() == TITLES[::-1]


async def test_a_theme_is_chosen_by_its_name_and_ours_come_first(shelf: Path) -> None:
    async with Driver(shelf) as tui:
        await tui.press("ctrl+p")
        await tui.type("colours")
        await tui.press("enter")
        assert tui.menu_title() == "Theme"
        assert [row.removeprefix("✓ ") for row in tui.menu()][:2] == sorted(theme.name for theme in THEMES)
        assert tui.menu_cursor() == "✓ tagtui-dark"
        night = colours(tui)
        await tui.type("tagtui-light")
        await tui.press("enter")
        assert tui.app.theme == "tagtui-light"
        assert not night & colours(tui), "no pane keeps the old ones"


def colours(tui: Driver) -> set[object]:
    """All colours on the screen, of letters and of their ground."""
    styles = [piece.style for piece in tui.segments() if piece.style]
    return {colour for style in styles for colour in (style.color, style.bgcolor) if colour}


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_in_sixteen_colours_the_chips_of_the_header_can_be_read(shelf: Path, theme: str) -> None:
    async with Driver(shelf, theme=theme, query="#kafka -#storm exactly") as tui:
        for chip in ("+ kafka", "− storm", "exactly"):
            [piece] = tui.looks(chip, on="header")
            assert piece.style is not None
            assert piece.style.reverse
            assert piece.style.color != piece.style.bgcolor


def test_a_theme_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(SettingsError, match=r'there is no theme "nosuch"; those known are .*tagtui-dark'):
        Driver(theme="nosuch")
    with pytest.raises(SettingsError) as refused:
        TagtuiApp(DEMO, "ada", Settings(theme="nosuch"))
    assert str(refused.value).startswith(f'{settings_path()}: there is no theme "nosuch"')


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_in_our_themes_all_text_can_be_read(theme: str) -> None:
    """WCAG 2 asks for a contrast of 4.5 to 1 for text."""
    async with Driver(DEMO, theme=theme, query="#kafka -#storm exactly", density="page", size=(120, 20)) as tui:
        for keys in (("t",), ("2", "j", "n"), ("3", "right")):
            await tui.press(*keys)
            for text, style, _ in tui.segments():
                if any(character.isalnum() for character in text) and style and style.color and style.bgcolor:
                    ink, paper = style.color.get_truecolor(), style.bgcolor.get_truecolor()
                    if style.reverse:
                        ink, paper = paper, ink
                    light, dark = sorted((luminance(*ink), luminance(*paper)), reverse=True)
                    assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, style)


def luminance(*rgb: int) -> float:
    """WCAG 2: the relative luminance of an sRGB colour."""
    linear = [(c / 255 / 12.92) if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


async def test_the_help_shows_the_pane_one_is_in_first_and_everything_else_after_it(shelf: Path) -> None:
    async with Driver(shelf, size=(100, 20)) as tui:
        for pane, heading in (("1", "In the tags"), ("2", "In the bookmarks"), ("3", "In the annotation")):
            await tui.press(pane, "?")
            assert tui.menu_title() == "Help"
            assert tui.menu()[0] == heading
            await tui.press("escape")
        await tui.press("?")
        await tui.resize(100, 110)
        text = "\n".join(tui.menu())
        assert set(GROUPS.values()) <= set(tui.menu())
        assert all(f" {action.help}" in text for action in ACTIONS)
        assert "-#storm has not; - goes before anything" in tui.menu()
        assert "◆ private" in tui.menu()
        headings = [line for line in tui.menu() if line in (*GROUPS.values(), "What the marks mean", "The query (/)")]
        assert headings[:5] == ["In the annotation", "Moving", "What the marks mean", "Anywhere", "The query (/)"]


async def test_where_the_screen_is_narrow_the_help_stands_under_its_key_whole(shelf: Path) -> None:
    async with Driver(shelf, size=(40, 150)) as tui:
        await tui.press("?")
        text = " ".join(" ".join(tui.menu()).split())
        assert "…" not in text
        assert all(action.help in text for action in ACTIONS)
        assert tui.menu()[1:3] == ["enter", "Open the page in the browser"]
        assert "◆ private" in tui.menu()


async def test_the_help_scrolls_and_is_closed_by_the_keys_that_one_would_try(shelf: Path) -> None:
    async with Driver(shelf, size=(80, 24)) as tui:
        for key in ("escape", "q", "?"):
            await tui.press("?")
            first = tui.menu()[0]
            await tui.press("G")
            assert tui.menu()[-2].startswith("settings.toml")
            await tui.press("g")
            assert tui.menu()[0] == first
            await tui.press(key)
            assert (tui.menu_title(), tui.ended) == ("", False)
