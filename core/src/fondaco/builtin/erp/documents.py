"""Documents issued in the ERP: each version once, with the file as it was made there."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, cast
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import TextClause, insert, text
from uuid_utils.compat import uuid7

from fondaco.builtin.erp.order_states import several, unknown_order, uuid_of
from fondaco.builtin.erp.rows import unfit, unknown
from fondaco.documents.filetypes import file_type
from fondaco.documents.tables import document
from fondaco.files.service import Files
from fondaco.hooks.context import ActContext
from fondaco_sdk.context import Act
from fondaco_sdk.errors import UserError
from fondaco_sdk.events import DocumentReadyV1
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

OTHER = "other"
LONGEST_NUMBER = 100
LONGEST_TITLE = 200

_ORDERS: TextClause = text(
    """
    select o.id, o.uuid, o.number, o.company_id from fondaco.customer_order o
     where o.number = any(cast(:names as text[])) or o.uuid = any(cast(:uuids as uuid[]))
    """
)
_ENTITIES: TextClause = text(
    """
    select external_id, id, company_id from fondaco.legal_entity
     where external_id = any(cast(:ids as text[]))
    """
)
_KNOWN: TextClause = text(
    """
    select d.external_id, d.version, d.chain, d.company_id, f.sha256
      from fondaco.document d join fondaco.file f on f.id = d.file_id
     where d.external_id = any(cast(:ids as text[]))
    """
)
_UPLOADED: TextClause = text(
    "select sha256, id, size, media_type from fondaco.file where sha256 = any(:digests)"
)


class DocumentRecord(Struct, frozen=True, kw_only=True):
    """A version of a document; `version` grows with every correction of it in the ERP.

    `kind` is one of the site's kinds, or "other" with a `title` of its own; one that the site does
    not have, such as "upd" without its plugin, is filed as "other" if it has a title. `order` is
    the number or the UUID of the portal's order, "" for a document that belongs to none;
    `legal_entity` the ERP's id of whose it is. `file` is the file in Base64; without it `sha256`
    (hexadecimal) names one that was uploaded before. With both, they must fit each other.
    """

    external_id: str
    version: Annotated[int, Meta(ge=1, le=2_147_483_647)] = 1
    kind: str
    title: str = ""
    number: str
    date: date
    order: str = ""
    legal_entity: str
    file: bytes = b""
    sha256: str = ""


class _Order(Struct, frozen=True):
    id: int
    uuid: UUID
    company_id: int


class _Chain(Struct):
    """What is known of a document: its digests by their versions."""

    chain: UUID
    company_id: int
    versions: dict[int, bytes]


class _Found(Struct):
    """What the records of a batch name."""

    orders: Mapping[str, Sequence[_Order]]
    entities: Mapping[str, tuple[int, int]]
    chains: dict[str, _Chain]
    uploaded: Mapping[bytes, tuple[int, int, str]]


async def take_documents(act: Act, records: Sequence[DocumentRecord]) -> Report:
    """File what is new. Four statements to find what the records name, and a few for each new one.

    An older version that comes late is filed as such, and the newer one goes on to count. The same
    again changes nothing; the same version with another file is refused.
    """
    context = cast("ActContext", act)
    found = await _find(context, [record for record in records if _printable(record)])
    unmatched: list[Unmatched] = []
    for place, record in enumerate(records):
        try:
            await _take(context, found, record)
        except UserError as refused:
            said = record.number or record.external_id
            reference = "".join(char for char in said if char.isprintable())
            unmatched.append(Unmatched(place, reference, refused.reason))
    return Report(len(records) - len(unmatched), tuple(unmatched))


async def _find(act: ActContext, records: Sequence[DocumentRecord]) -> _Found:
    names = [record.order for record in records if record.order]
    uuids = list(filter(None, map(uuid_of, names)))
    orders: dict[str, list[_Order]] = {}
    for row in await act.fetch(_ORDERS, {"names": names, "uuids": uuids}):
        order = _Order(row.id, row.uuid, row.company_id)
        orders.setdefault(row.number, []).append(order)
        orders[str(row.uuid)] = [order]
    entities = {
        row.external_id: (row.id, row.company_id)
        for row in await act.fetch(_ENTITIES, {"ids": [r.legal_entity for r in records]})
    }
    chains: dict[str, _Chain] = {}
    for row in await act.fetch(_KNOWN, {"ids": [record.external_id for record in records]}):
        chain = chains.setdefault(row.external_id, _Chain(row.chain, row.company_id, {}))
        chain.versions[row.version] = row.sha256
    digests = [digest for record in records if (digest := _digest(record.sha256))]
    uploaded = {
        row.sha256: (row.id, row.size, row.media_type)
        for row in await act.fetch(_UPLOADED, {"digests": digests})
    }
    return _Found(orders, entities, chains, uploaded)


async def _take(act: ActContext, found: _Found, record: DocumentRecord) -> None:
    """File one record, or raise `UserError` that says why not."""
    _check_words(act, record)
    if record.legal_entity not in found.entities:
        raise UserError(unknown("Юрлица", "legal entity", record.legal_entity))
    entity, company = found.entities[record.legal_entity]
    kind = record.kind if record.kind in act.hall.registry.documents else OTHER
    order = _order_of(found, record, company)
    digest = _stated_digest(record)
    chain = found.chains.get(record.external_id)
    if chain is not None and chain.company_id != company:
        raise UserError(_ANOTHERS)
    if chain is not None and record.version in chain.versions:
        if chain.versions[record.version] != digest:
            raise UserError(_CHANGED)
        return
    file_id, ending = await _file(act, found, record, digest)
    chain = found.chains.setdefault(record.external_id, _Chain(uuid7(), company, {}))
    chain.versions[record.version] = digest
    uuid = uuid7()
    values = {
        "uuid": uuid,
        "kind": kind,
        "title": record.title.strip(),
        "number": record.number.strip(),
        "issued_on": record.date,
        "chain": chain.chain,
        "version": record.version,
        "origin": "erp",
        "external_id": record.external_id,
        "company_id": company,
        "legal_entity_id": entity,
        "order_id": order.id if order else None,
        "format": ending,
        "state": "ready",
        "file_id": file_id,
        "ready_at": act.now,
    }
    await act.execute(insert(document).values(values))
    await act.emit(
        DocumentReadyV1(
            document_uuid=uuid,
            kind=kind,
            company_id=CompanyId(company),
            order_uuid=order.uuid if order else None,
        )
    )


def _check_words(act: ActContext, record: DocumentRecord) -> None:
    if not _printable(record) or len(record.title) > LONGEST_TITLE:
        raise UserError(_WORDS)
    if refusal := unfit(record.external_id, record.number, LONGEST_NUMBER):
        raise UserError(refusal)
    if record.kind not in act.hall.registry.documents and not record.title.strip():
        raise UserError(_kind(record.kind, act.hall.registry.documents))


def _printable(record: DocumentRecord) -> bool:
    said = (record.external_id, record.title, record.number, record.order, record.legal_entity)
    return all(text.isprintable() for text in said)


def _order_of(found: _Found, record: DocumentRecord, company: int) -> _Order | None:
    if not record.order:
        return None
    orders = [one for one in found.orders.get(record.order, ()) if one.company_id == company]
    if not orders:
        raise UserError(unknown_order(record.order))
    if len(orders) > 1:
        raise UserError(several(record.order))
    return orders[0]


def _digest(stated: str) -> bytes | None:
    try:
        digest = bytes.fromhex(stated)
    except ValueError:
        return None
    return digest if len(digest) == 32 else None


def _stated_digest(record: DocumentRecord) -> bytes:
    """The digest of the file; where the record states one, it must be true."""
    stated = _digest(record.sha256)
    if record.sha256 and stated is None:
        raise UserError(_NO_DIGEST)
    if not record.file:
        if stated is None:
            raise UserError(_NO_FILE)
        return stated
    made = sha256(record.file).digest()
    if stated not in (None, made):
        raise UserError(_DAMAGED)
    return made


async def _file(
    act: ActContext, found: _Found, record: DocumentRecord, digest: bytes
) -> tuple[int, str]:
    """The stored file and its ending."""
    files = Files(act.hall.settings.data / "files")
    data = record.file
    if not data:
        if digest not in found.uploaded:
            raise UserError(_NOT_UPLOADED)
        file_id = found.uploaded[digest][0]
        data = files.path_of(digest).read_bytes()
    largest = act.hall.settings.documents.largest
    if len(data) > largest:
        raise UserError(_large(largest))
    kind = file_type(data)
    if kind is None:
        raise UserError(_STRANGE)
    if record.file:
        file_id = await files.put(act.connection, data, kind.media_type)
    return file_id, kind.ending


def _kind(name: str, known: Mapping[str, Any]) -> Reason:
    listed = ", ".join(known)
    return Reason(
        "erp.document_kind",
        f"Вида документа «{name}» на сайте нет. Есть: {listed}",
        f"The site has no documents of kind “{name}”. There are: {listed}",
        {"kind": name},
    )


def _large(largest: int) -> Reason:
    return Reason(
        "erp.document_large",
        f"Файл больше {largest // 1_000_000} МБ",
        f"The file is larger than {largest // 1_000_000} MB",
    )


_ANOTHERS = Reason(
    "erp.document_anothers",
    "Документ с этим кодом уже принадлежит другому клиенту",
    "The document of this id belongs to another customer already",
)
_CHANGED = Reason(
    "erp.document_changed",
    "Эта версия документа уже принята с другим файлом: увеличьте номер версии",
    "This version of the document was taken with another file: raise its version",
)
_DAMAGED = Reason(
    "erp.document_damaged",
    "SHA-256 не совпадает с файлом: файл повреждён по дороге",
    "The SHA-256 does not fit the file: it was damaged on its way",
)
_NO_DIGEST = Reason(
    "erp.document_digest",
    "SHA-256 записывается 64 шестнадцатеричными знаками",
    "A SHA-256 is written in 64 hexadecimal digits",
)
_NO_FILE = Reason(
    "erp.document_no_file",
    "Нет ни файла, ни SHA-256 загруженного файла",
    "There is neither a file nor the SHA-256 of an uploaded one",
)
_NOT_UPLOADED = Reason(
    "erp.document_not_uploaded",
    "Файл с таким SHA-256 не загружен",
    "No file of this SHA-256 was uploaded",
)
_STRANGE = Reason(
    "erp.document_strange",
    "Файл не PDF, xlsx, docx, XML, PNG или JPEG (или в нём есть макросы)",
    "The file is no PDF, xlsx, docx, XML, PNG or JPEG, or has macros",
)
_WORDS = Reason(
    "erp.document_words",
    f"В кодах, номере или названии есть непечатные знаки, или название длиннее {LONGEST_TITLE}",
    "Ids, number or title have signs that cannot be printed, or the title is longer than"
    f" {LONGEST_TITLE} characters",
)
