"""The library file: standard TinyDB JSON, one document a line, replaced whole and atomically."""
