"""Bookmark files of other programs: a registry, and one module a format."""
