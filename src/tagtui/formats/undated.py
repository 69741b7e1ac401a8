"""What is said once of a file without dates, rather than of each of its bookmarks."""

UNDATED = "no bookmark of this file has a date; they all get today's"
