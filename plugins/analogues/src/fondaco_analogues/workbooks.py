"""A workbook as an answer."""

from litestar import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(data: bytes, name: str) -> Response[bytes]:
    """The answer that saves a workbook under an ASCII `name`."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=XLSX, headers=headers)
