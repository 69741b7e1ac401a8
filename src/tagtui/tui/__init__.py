"""The screen: a Textual app of three panes over one library."""
