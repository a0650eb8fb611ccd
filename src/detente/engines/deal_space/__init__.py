"""Which deals are possible, and which of them are good.

The deal space is a finite list of outcomes (also called packages, where an outcome is one
option on each issue), each with one number, or one verdict, for each party. Row ``i`` of
every table is outcome ``i`` and column ``j`` is party ``j``; results refer to outcomes by
row number, ascending, and keep all ties. There are no lotteries between outcomes, so the
bargaining solutions of Nash (1950), Kalai and Smorodinsky (1975) and Kalai (1977), made for
convex sets, are taken over the list as it stands. "No deal" is not a row: it is the
disagreement point, and only outcomes that leave nobody below it are considered. Dominance
is exact. Consent has three values, combined as in Kleene (1952).

Where there are too many packages to list, the space is a :class:`Domain`: whole points by
issue, option and column, links between issues, interactions. Its packages are never listed:

- ``space``: domains, acceptance rules, the diagram, and which points are not dominated;
- ``frontier``: exact and approximate frontiers, issue by issue, and the packages that tie;
- ``counting``: how many packages meet an acceptance rule, exactly or between bounds;
- ``programme``: single best packages by mixed-integer programming, with what is proven;
- ``repair``: the nearest package, what is lacking, why nothing passes;
- ``orders``: what is efficient when only orders are known; ``draws``: many draws at once.
"""

from detente.engines.deal_space.adjusted_winner import AdjustedWinner, adjusted_winner
from detente.engines.deal_space.closest import Closest, closest_to_agreement
from detente.engines.deal_space.counting.count import Bound, Count, count_each, count_packages
from detente.engines.deal_space.draws.evaluate import (
    DrawnDeals,
    accepted_over_draws,
    efficient_over_draws,
    evaluate_draws,
    points_over_draws,
    totals_over_draws,
)
from detente.engines.deal_space.frontier.exact import Frontier, approximate_frontier, exact_frontier
from detente.engines.deal_space.leximin import egalitarian_solution, kalai_smorodinsky_solution
from detente.engines.deal_space.median import MedianOptions, median_options
from detente.engines.deal_space.nash import nash_solution
from detente.engines.deal_space.nearest import Nearest, nearest_packages
from detente.engines.deal_space.orders.options import (
    OrderEfficiency,
    Standing,
    efficient_under_orders,
)
from detente.engines.deal_space.orders.pairs import PairEfficiency, efficient_under_pairs
from detente.engines.deal_space.pareto import ParetoFront, pareto_front
from detente.engines.deal_space.programme.efficient import Efficiency, certify_efficient
from detente.engines.deal_space.programme.leximin import (
    egalitarian_point,
    kalai_smorodinsky_point,
)
from detente.engines.deal_space.programme.nash import nash_point
from detente.engines.deal_space.programme.points import NamedPoint
from detente.engines.deal_space.programme.utilitarian import utilitarian_point
from detente.engines.deal_space.repair.concession import (
    Concessions,
    concessions_for,
    least_concession,
)
from detente.engines.deal_space.repair.conflicts import Conflicts
from detente.engines.deal_space.repair.nearest import NearestAcceptable, nearest_acceptable
from detente.engines.deal_space.repair.scope import ScopeChanges, ZoneState, scope_changes
from detente.engines.deal_space.repair.shortfall import (
    LeastShortfall,
    fewest_refusals,
    least_shortfall,
)
from detente.engines.deal_space.repair.zone import (
    Constraint,
    explain_empty_zone,
    largest_agreement,
)
from detente.engines.deal_space.solution import BargainingSolution
from detente.engines.deal_space.space.acceptance import (
    AcceptanceRule,
    AtLeast,
    Meets,
    all_of,
    any_of,
    is_met,
)
from detente.engines.deal_space.space.domain import Domain, Interaction, Link
from detente.engines.deal_space.space.scaling import domain_of
from detente.engines.deal_space.utilitarian import utilitarian_solution
from detente.engines.deal_space.zone import Verdict, Zone, zone_of_possible_agreement

__all__ = [
    "AcceptanceRule",
    "AdjustedWinner",
    "AtLeast",
    "BargainingSolution",
    "Bound",
    "Closest",
    "Concessions",
    "Conflicts",
    "Constraint",
    "Count",
    "Domain",
    "DrawnDeals",
    "Efficiency",
    "Frontier",
    "Interaction",
    "LeastShortfall",
    "Link",
    "MedianOptions",
    "Meets",
    "NamedPoint",
    "Nearest",
    "NearestAcceptable",
    "OrderEfficiency",
    "PairEfficiency",
    "ParetoFront",
    "ScopeChanges",
    "Standing",
    "Verdict",
    "Zone",
    "ZoneState",
    "accepted_over_draws",
    "adjusted_winner",
    "all_of",
    "any_of",
    "approximate_frontier",
    "certify_efficient",
    "closest_to_agreement",
    "concessions_for",
    "count_each",
    "count_packages",
    "domain_of",
    "efficient_over_draws",
    "efficient_under_orders",
    "efficient_under_pairs",
    "egalitarian_point",
    "egalitarian_solution",
    "evaluate_draws",
    "exact_frontier",
    "explain_empty_zone",
    "fewest_refusals",
    "is_met",
    "kalai_smorodinsky_point",
    "kalai_smorodinsky_solution",
    "largest_agreement",
    "least_concession",
    "least_shortfall",
    "median_options",
    "nash_point",
    "nash_solution",
    "nearest_acceptable",
    "nearest_packages",
    "pareto_front",
    "points_over_draws",
    "scope_changes",
    "totals_over_draws",
    "utilitarian_point",
    "utilitarian_solution",
    "zone_of_possible_agreement",
]
