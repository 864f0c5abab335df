"""The assortment of a parts house: twelve categories and what is sold in each."""

from fondaco.demo.assortment.bearings import BEARING_PARTS
from fondaco.demo.assortment.belts import BELT_PARTS
from fondaco.demo.assortment.brakes import BRAKE_PARTS
from fondaco.demo.assortment.cooling import COOLING_PARTS
from fondaco.demo.assortment.electrics import ELECTRIC_PARTS
from fondaco.demo.assortment.engine import ENGINE_PARTS
from fondaco.demo.assortment.fasteners import FASTENER_PARTS
from fondaco.demo.assortment.filters import FILTER_PARTS
from fondaco.demo.assortment.oils import OIL_PARTS
from fondaco.demo.assortment.suspension import SUSPENSION_PARTS
from fondaco.demo.assortment.tools import TOOL_PARTS
from fondaco.demo.assortment.transmission import TRANSMISSION_PARTS

TREE = (
    ENGINE_PARTS,
    FILTER_PARTS,
    BRAKE_PARTS,
    SUSPENSION_PARTS,
    TRANSMISSION_PARTS,
    COOLING_PARTS,
    ELECTRIC_PARTS,
    BELT_PARTS,
    BEARING_PARTS,
    OIL_PARTS,
    FASTENER_PARTS,
    TOOL_PARTS,
)

LEAVES = tuple(leaf for top in TREE for leaf in top.leaves)
LEAF_NUMBERS = {leaf.key: number for number, leaf in enumerate(LEAVES, start=101)}
