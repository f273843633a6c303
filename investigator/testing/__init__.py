"""Contract checks, public: what every analysis, view, screen, source and template keeps, checked for yours as for ours.

    from investigator.testing import check_analysis
    check_analysis("retry_storm")

Each raises AssertionError with a sentence on what was not kept. The kit's own tests call these for every file.
"""

from __future__ import annotations

from investigator.testing.analyses import check_analysis
from investigator.testing.made import AFFECTED, HEALTHY, KINDS, ONSET, documents, stored
from investigator.testing.screens import SCREEN_GIVEN, check_screen
from investigator.testing.sources import check_source
from investigator.testing.templates import check_template
from investigator.testing.views import check_view
from investigator.testing.worlds import GIVEN, HOSTILE, optional, required, worlds

__all__ = [
    "AFFECTED",
    "GIVEN",
    "HEALTHY",
    "HOSTILE",
    "KINDS",
    "ONSET",
    "SCREEN_GIVEN",
    "check_analysis",
    "check_screen",
    "check_source",
    "check_template",
    "check_view",
    "documents",
    "optional",
    "required",
    "stored",
    "worlds",
]
