"""The frames of a case: one for each table, and one for each deal that asks others than its table."""

from __future__ import annotations

from detente.analysis.binding import asked_at
from detente.analysis.forum import Forum
from detente.analysis.frame import Frame
from detente.model import Case, Deal, DealId, Table, TableId

__all__ = ["Frames"]


class Frames:
    """One frame for each table, and one for each deal that asks others than its table does."""

    def __init__(self, case: Case, against: str | None, most_points: int) -> None:
        self.most_points = most_points
        self.case = case
        self.against = against
        self._tables: dict[TableId, Frame] = {}
        self._deals: dict[DealId, Frame] = {}

    def of_table(self, table: Table) -> Frame:
        if table.id not in self._tables:
            at_stake = tuple(d.id for d in self.case.deals.values() if d.table == table.id)
            forum = Forum(table.title, table.scope, table.must_agree, table.enough, at_stake)
            self._tables[table.id] = Frame.of(self.case, forum, self.against, self.most_points)
        return self._tables[table.id]

    def of_deal(self, deal: Deal) -> Frame:
        if deal.table is not None and deal.must_agree is None:
            return self.of_table(self.case.tables[deal.table])
        if deal.id not in self._deals:
            must_agree, quota = asked_at(self.case, deal)
            scope = self.case.tables[deal.table].scope if deal.table else tuple(deal.says)
            beside = [
                d.id for d in self.case.deals.values() if deal.table and d.table == deal.table
            ]
            forum = Forum(deal.title, scope, must_agree, quota, tuple(beside) or (deal.id,))
            self._deals[deal.id] = Frame.of(self.case, forum, self.against, self.most_points)
        return self._deals[deal.id]

    def compared_with(self, against: str | None) -> Frames:
        """The same frames under another comparison."""
        if against == self.against:
            return self
        other = Frames(self.case, against, self.most_points)
        other._tables = {k: f.compared_with(against) for k, f in self._tables.items()}
        other._deals = {k: f.compared_with(against) for k, f in self._deals.items()}
        return other

    def deals_beside(self, deal: Deal) -> tuple[DealId, ...]:
        """Return the deals of the same table that ask the same parties, this one among them."""
        if deal.table is None or deal.must_agree is not None:
            return (deal.id,)
        return tuple(
            d.id for d in self.case.deals.values() if d.table == deal.table and d.must_agree is None
        )
