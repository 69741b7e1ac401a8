"""Hypothesis on a slow and shared machine: no example is too slow, and one failure at a time is told."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "core", max_examples=30, deadline=None, report_multiple_bugs=False, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("core")
