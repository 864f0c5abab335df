"""Pictures of the parts, drawn from their forms: the same picture for the same maker and shape."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fondaco.demo.pictures import blocks, boxes, cans, discs, loops, rods
from fondaco.demo.pictures.canvas import Canvas
from fondaco.demo.pictures.look import Look, look_of

_DRAWN: Mapping[str, Callable[[Look], Canvas]] = {
    "piston": blocks.piston,
    "piston-rings": discs.piston_rings,
    "gasket": boxes.gasket,
    "valve": rods.valve,
    "bearing-shell": blocks.bearing_shells,
    "oil-seal": discs.oil_seal,
    "oil-filter": cans.oil_filter,
    "air-filter": boxes.air_filter,
    "fuel-filter": cans.fuel_filter,
    "cabin-filter": boxes.cabin_filter,
    "hydraulic-filter": cans.hydraulic_filter,
    "brake-pads": boxes.brake_pads,
    "brake-disc": discs.brake_disc,
    "brake-shoes": boxes.brake_shoes,
    "brake-cylinder": blocks.brake_cylinder,
    "brake-hose": loops.brake_hose,
    "shock-absorber": rods.shock_absorber,
    "spring": loops.spring,
    "control-arm": blocks.control_arm,
    "ball-joint": blocks.ball_joint,
    "silent-block": blocks.silent_block,
    "stabilizer-link": blocks.stabilizer_link,
    "tie-rod-end": blocks.tie_rod_end,
    "clutch-disc": discs.clutch_disc,
    "clutch-kit": discs.clutch_kit,
    "cv-joint": blocks.cv_joint,
    "universal-joint": blocks.universal_joint,
    "boot": blocks.boot,
    "water-pump": blocks.water_pump,
    "thermostat": blocks.thermostat,
    "radiator": boxes.radiator,
    "coolant-hose": loops.coolant_hose,
    "hose-by-metre": loops.hose_coil,
    "spark-plug": rods.spark_plug,
    "bulb": rods.bulb,
    "battery": boxes.battery,
    "sensor": rods.sensor,
    "relay": boxes.relay,
    "alternator": blocks.alternator,
    "ignition-leads": loops.ignition_leads,
    "v-belt": loops.v_belt,
    "ribbed-belt": loops.ribbed_belt,
    "timing-belt": loops.timing_belt,
    "tensioner": discs.tensioner,
    "chain": loops.chain,
    "ball-bearing": discs.ball_bearing,
    "taper-bearing": discs.taper_bearing,
    "hub-bearing": discs.hub_bearing,
    "needle-bearing": discs.needle_bearing,
    "motor-oil": cans.motor_oil,
    "gear-oil": cans.gear_oil,
    "antifreeze": cans.antifreeze,
    "brake-fluid": cans.brake_fluid,
    "grease": cans.grease,
    "bulk-oil": cans.drum,
    "bolt": rods.bolt,
    "nut": rods.nut,
    "washer": discs.washer,
    "clamp": loops.clamp,
    "fasteners-by-weight": rods.screws,
    "wrench": rods.wrench,
    "socket": rods.socket,
    "screwdriver": rods.screwdriver,
    "tool-set": boxes.tool_set,
    "jack": blocks.jack,
}


def draw(key: str, brand: str, shape: int, path: Path) -> None:
    """Write the picture (600 by 600, JPEG) of the maker's part; `key` is that of the leaf."""
    _DRAWN[key](look_of(brand, shape)).save(path)
