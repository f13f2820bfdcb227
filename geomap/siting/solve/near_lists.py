"""Each demand's cheapest sites as one long list, the form in which bounds are worked out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomap.arrays import Index, Reals
from geomap.siting.solve.problem import Vector


@dataclass(frozen=True, eq=False)
class Near:
    """Each demand's sites, the cheapest first, as one long list.

    Parameters
    ----------
    sites, cost : (k,) column and weighted cost, demand after demand
    start : (n + 1,) where each demand's begin
    roof : (n,) a cost that no site beyond the list goes below
    columns : how many sites there are
    complete : whether a site beyond the list costs exactly the roof
    """

    sites: Index
    cost: Vector
    start: Index
    roof: Vector
    columns: int
    complete: bool

    @property
    def row(self) -> Index:
        """Give the demand of each entry."""
        return np.repeat(np.arange(len(self.roof)), np.diff(self.start))

    def within(self, roof: Vector) -> Near:
        """Leave out what costs more than a lower roof of each demand."""
        roof = np.minimum(self.roof, roof)
        row = self.row
        kept = self.cost < roof[row]
        start = np.r_[0, np.cumsum(np.bincount(row[kept], minlength=len(roof)))]
        return Near(self.sites[kept], self.cost[kept], start, roof, self.columns, complete=False)


def nearest_lists(cost: Reals, most: int) -> Near:
    """List the ``most`` cheapest sites of each demand."""
    n, m = cost.shape
    if most < m:
        order = np.argpartition(cost, most - 1, axis=1)[:, :most]
    else:
        order = np.broadcast_to(np.arange(m), (n, m))
    values = np.take_along_axis(cost, order, axis=1)
    rank = np.argsort(values, axis=1, kind="stable")
    values = np.take_along_axis(values, rank, axis=1).astype(float)
    sites = np.take_along_axis(order, rank, axis=1)
    start = np.arange(n + 1) * values.shape[1]
    roof: Vector = values[:, -1].astype(float)
    return Near(sites.ravel(), values.ravel().astype(float), start, roof, m, most >= m)


def covering_lists(covers: NDArray[np.bool_], weight: Vector) -> Near:
    """List the sites that cover each demand at no cost; not to be covered costs its weight."""
    row, site = np.nonzero(covers)
    start = np.r_[0, np.cumsum(np.bincount(row, minlength=len(weight)))]
    return Near(site, np.zeros(len(site)), start, weight.astype(float), covers.shape[1], True)
