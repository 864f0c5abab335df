"""What may be said of a person of a company: e-mail, name, roles, outlets. Pure."""

import re
from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address

from fondaco.identity.door import LONGEST_EMAIL
from fondaco.identity.permissions import COMPANY_ROLES
from fondaco_sdk.types.reason import Reason

LONGEST_NAME = 100

WRONG = Reason("form.wrong", "Проверьте поля", "Check the fields")
MEMBER = Reason(
    "person.member", "Этот человек уже работает в компании", "This person is in the company already"
)
FORMER = Reason(
    "person.former",
    "Этот человек отключён: верните ему доступ в списке сотрудников",
    "This person was deactivated: give them access again in the list of people",
)
INVITED = Reason(
    "person.invited",
    "Приглашение на эту почту уже есть: отправьте его ещё раз из списка",
    "This e-mail was invited already: send the invitation again from the list",
)
LAST_ADMIN = Reason(
    "person.last_admin",
    "Это единственный администратор компании: сначала назначьте другого",
    "This is the company's only administrator: appoint another one first",
)
ONESELF = Reason(
    "person.oneself",
    "Себя отключить нельзя: попросите другого администратора",
    "One cannot deactivate oneself: ask another administrator",
)
_EMAIL = Reason(
    "person.email",
    "Это не похоже на адрес почты: нужен вид name@company.ru, латиницей",
    "This is no e-mail address: it should look like name@company.com, in Latin letters",
)
_ROLES = Reason("person.roles", "Выберите хотя бы одну роль", "Choose at least one role")
_UNKNOWN_ROLE = Reason("person.role", "Такой роли нет", "There is no such role")
_OUTLETS = Reason(
    "person.outlets",
    "Отметьте хотя бы одну торговую точку или выберите все",
    "Tick at least one outlet, or choose all",
)
_NAME = Reason("person.name", "Укажите имя", "Give a name")
_LONG_NAME = Reason(
    "person.long_name",
    f"Не больше {LONGEST_NAME} знаков",
    f"At most {LONGEST_NAME} characters",
)
_LOOKS_RIGHT = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@.]{2,}")


def unfit_email(email: str) -> Reason | None:
    """Why no letter can go there."""
    plain = email.isascii() and email.isprintable() and len(email) <= LONGEST_EMAIL
    if not plain or not _LOOKS_RIGHT.fullmatch(email):
        return _EMAIL
    try:
        Address(addr_spec=email)
    except (MessageError, ValueError, IndexError):
        return _EMAIL
    return None


def unfit_name(name: str) -> Reason | None:
    """Why nobody can be called so."""
    if not name.strip() or not name.isprintable():
        return _NAME
    return _LONG_NAME if len(name) > LONGEST_NAME else None


def role_mistakes(
    name: str, roles: Sequence[str], outlets: Sequence[object] | None
) -> dict[str, Reason]:
    """What is wrong, by field; `outlets` None: every outlet."""
    found: dict[str, Reason] = {}
    if reason := unfit_name(name):
        found["name"] = reason
    if not roles:
        found["roles"] = _ROLES
    elif not set(roles) <= set(COMPANY_ROLES):
        found["roles"] = _UNKNOWN_ROLE
    if outlets is not None and not outlets:
        found["outlets"] = _OUTLETS
    return found


def too_many_letters(minutes: int) -> Reason:
    """The company has sent as many letters as it may for now."""
    return Reason(
        "person.too_many_letters",
        f"За последний час отправлено слишком много приглашений. Повторите через {minutes} мин.",
        f"Too many invitations were sent within an hour. Try again in {minutes} min.",
    )
