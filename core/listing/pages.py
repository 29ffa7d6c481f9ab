"""Pages of a table that may hold a million rows."""

import json
import math

from django.core.paginator import Paginator
from django.db import connection
from django.utils.functional import cached_property

#: Counted exactly up to here (some 50 ms).
COUNTED = 500_000
#: Reachable by paging up to here: a deeper page costs more than all before it, so one narrows the
#: list instead.
REACH = 10_000


class LongPaginator(Paginator):
    """Pages of a table that may hold a million rows.

    Counting them exactly would cost more than showing them:
    ``count`` is exact up to COUNTED and the planner's estimate beyond (``estimated``).
    """

    @cached_property
    def counted(self) -> int:
        """Rows, counted no further than one above ``COUNTED``.

        One statement, once for each paginator.
        """
        return self.object_list.order_by().values("pk")[: COUNTED + 1].count()

    @property
    def estimated(self) -> bool:
        """Whether there are more rows than are counted, so that the number is the planner's."""
        return self.counted > COUNTED

    @property
    def cut(self) -> bool:
        """There are more rows than pages lead to."""
        return self.counted > REACH

    @cached_property
    def count(self) -> int:
        """Rows: exactly up to ``COUNTED``, about so many above.

        Never below what was counted. One statement, two where the number is the planner's.
        """
        if not self.estimated:
            return self.counted
        return max(self.estimate(), COUNTED)

    def estimate(self) -> int:
        """Rows that PostgreSQL's planner expects: no row is read for it."""
        sql, params = self.object_list.order_by().values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
        if isinstance(plan, str):
            plan = json.loads(plan)
        return int(plan[0]["Plan"]["Plan Rows"])

    @cached_property
    def num_pages(self) -> int:
        """Pages that can be opened; what lies beyond ``REACH`` rows is found by a filter.

        At least 1: an empty list has one page.
        """
        return max(1, math.ceil(min(self.count, REACH) / self.per_page))
