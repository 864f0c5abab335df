"""The kernel's tasks, by the name under which they are queued; only workers import this."""

from collections.abc import Mapping

from fondaco.assortments.settle_due import (
    EVERY_TEN_MINUTES,
    SETTLE_TASK,
    SettleDue,
    settle_due,
)
from fondaco.availability.changed import REPLAN_TASK, Replan
from fondaco.documents.rendering import render_document
from fondaco.documents.service import RENDER_TASK, RenderDocument
from fondaco.exchange.tasks import KernelTask
from fondaco.identity.joining import mail_invitation
from fondaco.identity.people import INVITE_TASK, Invited
from fondaco.identity.reset import RESET_TASK, Forgotten, mail_reset
from fondaco.import_task import RUN_TASK, RunImport, run_queued
from fondaco.intake.matching import MATCH_TASK, MatchList, match_list
from fondaco.notifications.letters import MAIL_TASK, Letter
from fondaco.notifications.post import send_letter
from fondaco.orders.replan.task import replan
from fondaco.pricing.fetch_rates import EVERY_HOUR, FETCH_TASK, FetchRates, fetch_rates
from fondaco.search.indexing import INDEX_TASK, IndexProducts, index_products
from fondaco.substitutes.wanted import NOTE_TASK, NoteWanted, note

# With growing pauses of at most ten minutes: about four hours, and half an hour for what would be
# of no use later. Then a person decides.
MAIL_RETRIES = 30
RESET_RETRIES = 10
INDEX_RETRIES = 150
"""A day: an engine that was away for a night takes up what has changed."""

KERNEL_TASKS: Mapping[str, KernelTask] = {
    FETCH_TASK: KernelTask(fetch_rates, FetchRates, retries=1, cron=EVERY_HOUR),
    MAIL_TASK: KernelTask(send_letter, Letter, MAIL_RETRIES),
    INVITE_TASK: KernelTask(mail_invitation, Invited, MAIL_RETRIES),
    RESET_TASK: KernelTask(mail_reset, Forgotten, RESET_RETRIES),
    INDEX_TASK: KernelTask(index_products, IndexProducts, INDEX_RETRIES),
    MATCH_TASK: KernelTask(match_list, MatchList),
    NOTE_TASK: KernelTask(note, NoteWanted),
    RENDER_TASK: KernelTask(render_document, RenderDocument),
    REPLAN_TASK: KernelTask(replan, Replan, cron=EVERY_TEN_MINUTES),
    RUN_TASK: KernelTask(run_queued, RunImport),
    SETTLE_TASK: KernelTask(settle_due, SettleDue, retries=1, cron=EVERY_TEN_MINUTES),
}
