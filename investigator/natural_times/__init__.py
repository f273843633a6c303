"""Natural-language times: what people write down as a time, read as the interval that it allows."""

from investigator.natural_times.beginning import Beginning, beginning
from investigator.natural_times.deadlines import Due, ahead, deadlines
from investigator.natural_times.heads import head_time
from investigator.natural_times.parsing import leading, parse

__all__ = ["Beginning", "Due", "ahead", "beginning", "deadlines", "head_time", "leading", "parse"]
