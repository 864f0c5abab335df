"""CommerceML 2.03 to 3.1: catalogue, offers, prices and stock as records of the SDK."""

from fondaco_erp_1c.commerceml.describe import FileContents, describe
from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.package import package_images, read_image, read_package
from fondaco_erp_1c.commerceml.reader import read_file

__all__ = [
    "FileContents",
    "SourceRefused",
    "describe",
    "package_images",
    "read_file",
    "read_image",
    "read_package",
]
