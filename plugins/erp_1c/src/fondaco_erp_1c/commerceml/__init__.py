"""CommerceML 2.03 to 3.1: catalogue, offers, prices and stock as records of the SDK."""

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.reader import read_file

__all__ = ["SourceRefused", "read_file"]
