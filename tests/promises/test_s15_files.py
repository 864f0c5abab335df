"""S15: a document's file is its company's alone, by any door, at each read; names are no paths.

Two companies have a document of the portal and one of the ERP, whose number and title try to lead
elsewhere. Every door is tried by every role, with the own and the other company's document; then
the reader loses the right and tries again with the address that worked a moment ago. In the
negative controls the statement of the registry asks for no scope, or names are taken as they come.
"""

import base64
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, cast
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest
from msgspec import Struct, field
from sqlalchemy import text
from two_companies import CUSTOMER_ROLES, Key, set_the_scene

from fondaco.documents import bundle, reading
from fondaco.hooks.hall import Hall
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.erp import connect
from fondaco.testing.wholesaler import Wholesaler

EVIL = (
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/shadow",
    "a/../../b",
    '"; filename="evil.html',
    "%2e%2e%2fetc",
    "CON:x|y?*<>",
    "\u202egpj.exe",
    "......",
)
DOORS = (
    "/documents/{}/file",
    "/documents/{}/view",
    "/documents/{}",
    "/documents/{}/state",
    "/documents/{}/link",
    "/api/v1/documents/{}",
    "/api/v1/documents/{}/file",
)
_PATHLIKE = re.compile(r'[/\\:*?"<>|\x00-\x1f\u202a-\u202e]|^\.')


class Report(Struct):
    """What was tried, and what was wrong."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)


def _file(owner: str, number: int) -> bytes:
    return f"%PDF-1.7\n% {owner} {number}\n%%EOF\n".encode()


class Archive:
    """The two companies with their papers."""

    def __init__(self, hall: Hall, client: Client) -> None:
        self.hall = hall
        self.client = client
        self.report = Report()

    async def furnish(self, wholesaler: Wholesaler) -> None:
        """Every company has one paper for each evil name, on its order."""
        self.scene = await set_the_scene(self.hall, wholesaler)
        erp = await connect(self.client, wholesaler)
        self.papers: dict[str, list[str]] = {}
        for name, whose in (("own", self.scene.own), ("other", self.scene.other)):
            company = whose.company.customer.company_id
            await self._run(
                "update fondaco.legal_entity set external_id = :name where company_id = :company",
                name=name,
                company=company,
            )
            for number, evil in enumerate(EVIL):
                answer = await erp.send(
                    "documents",
                    {
                        "external_id": f"{name}-{number}",
                        "kind": "other",
                        "title": evil if evil.isprintable() else "x",
                        "number": f"{evil} {number}" if evil.isprintable() else str(number),
                        "date": "2026-11-20",
                        "order": whose.ids["order"],
                        "legal_entity": name,
                        "file": base64.b64encode(_file(name, number)).decode(),
                    },
                )
                assert answer.accepted == 1, answer
            rows = await self._run(
                "select uuid from fondaco.document where company_id = :company and origin = 'erp'"
                " order by id",
                company=company,
            )
            self.papers[name] = [str(row[0]) for row in rows]
        self.client.cookies.clear()

    async def _run(self, sql: str, **values: Any) -> Sequence[Any]:
        async with self.hall.database.transaction() as connection:
            result = await connection.execute(text(sql), values)
            return result.all() if result.returns_rows else ()

    async def get(self, key: Key | None, path: str) -> httpx.Response:
        """As this person, by the cookie or the token that the door wants."""
        headers: dict[str, str] = {}
        if key and path.startswith("/api"):
            headers = {"authorization": f"Bearer {key.token}"}
        elif key:
            headers = {"cookie": f"sid={key.session}"}
        answer = await self.client.get(path, headers=headers)
        self.client.cookies.clear()
        self.report.cells += 1
        return answer

    async def try_all_doors(self) -> None:
        """Own papers open, the other's look as if they were not there, and guests see none."""
        digest = sha256(_file("other", 0)).hexdigest()
        for role in CUSTOMER_ROLES:
            key = self.scene.own.people[role]
            for door in DOORS:
                own = await self.get(key, door.format(self.papers["own"][0]))
                if own.status_code != 200:
                    self._wrong(f"{role}: {door}: one's own gives {own.status_code}")
                foreign = await self.get(key, door.format(self.papers["other"][0]))
                absent = await self.get(key, door.format(uuid4()))
                if foreign.status_code != 404 or absent.status_code != 404:
                    self._wrong(f"{role}: {door}: a foreign one gives {foreign.status_code}")
                if b"% other" in foreign.content or digest in foreign.text:
                    self._wrong(f"{role}: {door}: shows what is another company's")
            await self._lists(role, key)
        for door in DOORS:
            answer = await self.get(None, door.format(self.papers["own"][0]))
            if answer.status_code == 200:
                self._wrong(f"guest: {door}: {answer.status_code}")

    async def _lists(self, role: str, key: Key) -> None:
        foreign = f"/orders/{self.scene.other.ids['order']}/documents.zip"
        answer = await self.get(key, foreign)
        if answer.status_code != 404:
            self._wrong(f"{role}: {foreign}: {answer.status_code}")
        for path in ("/documents", "/api/v1/documents", "/documents?number=0"):
            said = (await self.get(key, path)).text
            if any(uuid in said for uuid in self.papers["other"]):
                self._wrong(f"{role}: {path}: lists what is another company's")

    async def try_again_without_the_right(self) -> None:
        """The address that worked does not, once the person is of another company or none."""
        key = self.scene.own.people["accountant"]
        door = DOORS[0].format(self.papers["own"][1])
        if (await self.get(key, door)).status_code != 200:
            self._wrong("accountant: the own file is not there")
        for change, back in (
            ("roles = '{}'", "roles = '{accountant}'"),
            ("active = false", "active = true"),
        ):
            await self._accountant(change)
            if (await self.get(key, door)).status_code == 200:
                self._wrong(f"accountant: still reads after {change}")
            await self._accountant(back)

    async def _accountant(self, change: str) -> None:
        await self._run(
            f"update fondaco.user_account set {change}"
            " where company_id = :company and email like 'accountant.%'",
            company=self.scene.own.company.customer.company_id,
        )

    async def try_names(self) -> None:
        """What a browser is told to save, and what a zip unpacks, are plain names."""
        key = self.scene.own.people["buyer"]
        for uuid in self.papers["own"]:
            for door in (DOORS[0], DOORS[1], DOORS[6]):
                answer = await self.get(key, door.format(uuid))
                said = answer.headers["content-disposition"]
                encoded = unquote(said.partition("filename*=utf-8''")[2])
                name = encoded or said.partition('filename="')[2].removesuffix('"')
                if not name or _PATHLIKE.search(name):
                    self._wrong(f"{door}: {said}")
        order = self.scene.own.ids["order"]
        answer = await self.get(key, f"/orders/{order}/documents.zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            names = archive.namelist()
        if len(set(map(str.lower, names))) != len(names) or len(names) < len(EVIL):
            self._wrong(f"the zip has {len(names)} names")
        self.report.wrong += [f"zip: {name!r}" for name in names if _PATHLIKE.search(name)]

    async def try_paths_in_addresses(self) -> None:
        """What is no id is no document, and never reaches the disk."""
        key = self.scene.own.people["buyer"]
        for evil in ("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "a%00b", "1' or '1'='1"):
            for door in DOORS:
                answer = await self.get(key, door.format(evil))
                if answer.status_code not in (400, 404) or b"root:" in answer.content:
                    self._wrong(f"{door}: {evil}: {answer.status_code}")

    def _wrong(self, said: str) -> None:
        self.report.wrong.append(said)


async def _everything(hall: Hall, wholesaler: Wholesaler, client: Client) -> Report:
    transport = httpx.ASGITransport(
        app=cast("Any", application_of(hall)), raise_app_exceptions=False
    )
    async with Client(transport=transport, base_url="http://portal.test") as browser:
        archive = Archive(hall, browser)
        await archive.furnish(wholesaler)
        await archive.try_all_doors()
        await archive.try_names()
        await archive.try_paths_in_addresses()
        await archive.try_again_without_the_right()
        return archive.report


async def test_files_are_the_companys_alone_and_names_are_no_paths(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    report = await _everything(hall, wholesaler, client)
    print(f"S15: {report.cells} reads, {len(report.wrong)} wrong")
    assert report.wrong == []
    assert report.cells > 150


async def test_without_the_scope_of_the_registry_the_run_fails(
    hall: Hall, wholesaler: Wholesaler, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything: Mapping[str, Any] = {"everything": True, "company": 0}
    monkeypatch.setattr(reading, "scope_parameters", lambda scope: everything)
    report = await _everything(hall, wholesaler, client)
    assert [said for said in report.wrong if "shows what is another" in said]
    assert [said for said in report.wrong if "lists what is another" in said]


async def test_without_safe_names_the_run_fails(
    hall: Hall, wholesaler: Wholesaler, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "safe_name", lambda name: name)
    report = await _everything(hall, wholesaler, client)
    assert [said for said in report.wrong if said.startswith("zip: ")]
