"""Where the files are, and what the settings may say."""

import getpass
from pathlib import Path

import pytest

from tagtui.config import Settings, library_path, load_settings, owner_name, settings_path
from tagtui.errors import SettingsError


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_no_settings_are_the_defaults(settings: Path) -> None:
    assert load_settings(settings) == Settings()
    assert not settings.exists()


def test_the_settings_that_there_are(settings: Path) -> None:
    settings.write_text(
        'file = "~/b.json"\nowner = "jm"\ntheme = "nord"\ndensity = "page"\n[keys]\nquit = "Q"\nopen = "o,enter"\n'
    )
    assert load_settings(settings) == Settings("~/b.json", "jm", "nord", "page", {"quit": "Q", "open": "o,enter"})


def test_templates_and_what_a_new_bookmark_is(settings: Path) -> None:
    settings.write_text(
        '[copy]\nwiki = "[{url} {title}]"\n"my own" = "{added:%Y}"\n[new]\nfetch = false\nunread = true\n'
    )
    found = load_settings(settings)
    assert found.copy == {"wiki": "[{url} {title}]", "my own": "{added:%Y}"}
    assert found.new == {"private": False, "unread": True, "fetch": False}
    assert Settings().new == {"private": False, "unread": False, "fetch": True}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", 'there is no setting "colour"; those known are file, owner, theme, density, keys, copy, new'),
        ("theme = 1", '"theme" is to be a text'),
        ('keys = "x"', '"keys" is to be a table'),
        ('density = "wide"', '"density" is to be line, card or page'),
        ("[keys]\nquit = 1", 'the key of "quit" is to be a text, as in quit = "x"'),
        ('copy = "x"', '"copy" is to be a table'),
        ("[copy]\nwiki = 1", '[copy]: "wiki" is to be a text, as in wiki = "{title}: {url}"'),
        ("[copy.wiki]\na = 1", '[copy]: "wiki" is to be a text, as in wiki = "{title}: {url}"'),
        ('[copy]\n"" = "{url}"', "[copy]: a template is to have a name"),
        ('[copy]\nwiki = ""', '[copy]: "wiki": the template is empty'),
        ('[copy]\nok = "x"\nwiki = "{url!r}"', '[copy]: "wiki": {url!r} is to be {url}'),
        ("new = true", '"new" is to be a table'),
        ("[new]\nprivate = 1", '[new]: "private" is to be true or false'),
        ("[new]\ncolour = true", '[new]: there is no setting "colour"; those known are private, unread, fetch'),
        ('file = "a\\u0000b"', '"file" has a character that no path can have'),
        ("theme = x\n", "Invalid value (at line 1, column 9); mend the file or move it away"),
        ("theme=1\ntheme=2\n", "Cannot overwrite a value (at line 2, column 8); mend the file or move it away"),
        (b"theme = '\xff'", "not UTF-8 at byte 9; mend the file or move it away"),
    ],
)  # fmt: skip
def test_bad_settings_are_refused_in_one_line(settings: Path, text: str | bytes, said: str) -> None:
    settings.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(SettingsError) as raised:
        load_settings(settings)
    assert str(raised.value) == f"{settings}: {said}"


def test_settings_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(tmp_path)
    assert str(raised.value) == f"{tmp_path}: Is a directory; mend the file or move it away"


def test_the_library_is_named_then_in_the_environment_then_in_the_settings_then_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("TAGTUI_FILE", "~/environment.json")
    in_settings = Settings(file="~/settings.json")
    assert library_path("~/named.json", in_settings) == tmp_path / "named.json"
    assert library_path("named.json", in_settings) == Path("named.json")
    assert library_path(None, in_settings) == tmp_path / "environment.json"
    monkeypatch.setenv("TAGTUI_FILE", "")
    assert library_path("", in_settings) == tmp_path / "settings.json"
    assert library_path(None, Settings()) == tmp_path / "data" / "tagtui" / "bookmarks.json"


def test_the_home_of_somebody_unknown_is_taken_literally() -> None:
    assert library_path("~nobody-of-that-name/b.json", Settings()) == Path("~nobody-of-that-name/b.json")


def test_the_settings_are_in_the_config_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "tagtui" / "settings.toml"


def test_the_owner_is_named_or_set_or_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "login")
    assert owner_name("named", Settings(owner="set")) == "named"
    assert owner_name(None, Settings(owner="set")) == "set"
    assert owner_name("", Settings()) == "login"


@pytest.mark.parametrize("error", [OSError, KeyError, ImportError])
def test_a_login_without_a_name_is_me(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def nameless() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert owner_name(None, Settings()) == "me"
