"""Whether events say anything in words: who asks their texts sees nothing where they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir


def worded(table: ir.Table) -> Any:
    """Which rows have a body that is not blank, as a boolean expression."""
    return table.body.notnull() & (table.body.strip() != "")


def any_worded(engine: Any, table: ir.Table) -> bool:
    """Whether any row has words."""
    return bool(engine.fetch(table.filter(worded(table)).limit(1).count()))
