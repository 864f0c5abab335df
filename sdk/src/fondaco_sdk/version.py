"""The version of the SDK, which plugins name in `Plugin.sdk`."""

VERSION = "0.1.0"
