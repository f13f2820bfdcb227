"""Linear and mixed-integer programmes, given to HiGHS directly as sparse arrays. Pure.

HiGHS (Huangfu & Hall 2018, doi:10.1007/s12532-017-0130-5) through its own package: it can be
told to stop, starts from a known answer and reports its bound, which scipy's door does not allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.errors import Text
from geomap.siting.solve.problem import AIM, Patience, Run, Vector, relative_gap

if TYPE_CHECKING:
    from scipy.sparse import csc_array

SOLVING = Text("整数规划求解", "solving the integer programme")


@dataclass(frozen=True, eq=False)
class Programme:
    """Minimise ``cost @ x`` where ``low <= matrix @ x <= high`` and ``least <= x <= most``.

    Parameters
    ----------
    whole : which variables have to be whole numbers
    """

    cost: Vector
    matrix: csc_array
    low: Vector
    high: Vector
    least: Vector
    most: Vector
    whole: Any


@dataclass(frozen=True, eq=False)
class Solved:
    """What HiGHS found: ``x`` None when nothing; the bound holds whatever the status says."""

    x: Vector | None
    value: float
    bound: float
    infeasible: bool


def minimise(
    programme: Programme, run: Run, *, start: Vector | None = None, gap: float | None = None
) -> Solved:
    """Solve until proven, cancelled or out of time.

    Parameters
    ----------
    start : a known answer to begin from
    gap : relative gap to prove; as far as can be when None, see ``locations.Patience``
    """
    import highspy

    solver = _solver(programme, run, AIM if gap is None else gap)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = list(start)
        solver.setSolution(known)
    _listen(solver, run)
    solver.run()
    return _read(solver, bool(np.any(programme.whole)))


def _solver(programme: Programme, run: Run, gap: float) -> Any:
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("time_limit", float(run.left)),
        ("mip_rel_gap", float(gap)),
        ("mip_abs_gap", 1e-9),
        ("mip_feasibility_tolerance", 1e-7),
    ):
        solver.setOptionValue(name, value)
    solver.passModel(model(programme))
    return solver


def model(programme: Programme) -> Any:
    """Give a programme as HiGHS takes it."""
    import highspy

    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = programme.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = programme.cost, programme.least, programme.most
    lp.row_lower_, lp.row_upper_ = programme.low, programme.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = programme.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = programme.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = programme.matrix.data.astype(float)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    if np.any(programme.whole):
        lp.integrality_ = [kinds[int(one)] for one in programme.whole]
    return lp


def _listen(solver: Any, run: Run) -> None:
    """Let the run be told, and let it stop the solver."""
    patience = Patience(run)

    def heard(event: Any) -> None:
        told = event.data_out
        value, bound = float(told.mip_primal_bound), float(told.mip_dual_bound)
        known = value if abs(value) < 1e20 else None
        good = known is not None and patience.spent(relative_gap(value, bound))
        if run.over(SOLVING, known, bound if abs(bound) < 1e20 else None) or good:
            event.interrupt()

    def asked(event: Any) -> None:
        if run.over(SOLVING):
            event.interrupt()

    solver.cbMipInterrupt += heard
    solver.cbSimplexInterrupt += asked
    solver.cbIpmInterrupt += asked


def _read(solver: Any, whole: bool) -> Solved:
    import highspy

    status, info = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Solved(None, np.inf, np.inf, infeasible=True)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value = float(info.objective_function_value) if found else np.inf
    proven = value if status == kinds.kOptimal else -np.inf
    bound = float(info.mip_dual_bound) if whole else proven
    x = np.array(solver.getSolution().col_value) if found else None
    return Solved(x, value, bound if abs(bound) < 1e20 else -np.inf, infeasible=False)
