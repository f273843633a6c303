"""Natural-language times: what people write down as a time, read as the interval that it allows."""

from investigator.natural_times.parsing import leading, parse

__all__ = ["leading", "parse"]
