"""Facts about events that several analyses share: traces, processes, calls, silences, coverage.

Each is an aggregation in the engine; only small results come back.
"""
