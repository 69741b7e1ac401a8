"""Run tagtui as ``python -m tagtui``."""

from tagtui.cli import main

if __name__ == "__main__":
    main()
