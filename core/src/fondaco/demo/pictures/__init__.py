from pathlib import Path


def draw(key: str, brand: str, shape: int, path: Path) -> None:
    path.write_bytes(b"")
