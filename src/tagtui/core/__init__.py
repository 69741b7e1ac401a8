"""The pure part of tagtui: no file, no clock that it was not handed, no terminal."""
