"""Template and case in, a page to share out.

templates -> parameters -> run (kernel) -> page -> lint -> manifest; `pipeline` puts them in a row.
"""
