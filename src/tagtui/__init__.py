"""tagtui: Pinboard in your terminal, on a file you own."""

__version__ = "0.1.0"
