"""The kernel's tasks, by the name under which they are queued; only workers import this."""

from collections.abc import Mapping

from fondaco.assortments.settle_due import (
    EVERY_TEN_MINUTES,
    SETTLE_TASK,
    SettleDue,
    settle_due,
)
from fondaco.availability.changed import REPLAN_TASK, Replan
from fondaco.checkout.asked.late import EVERY_MINUTE as LATE_CRON
from fondaco.checkout.asked.late import LATE_TASK, ConfirmLate, confirm_late
from fondaco.checkout.asked.packets import (
    EVERY_TEN_MINUTES as PACKETS_CRON,
)
from fondaco.checkout.asked.packets import PACKETS_TASK, FetchLivePrices, fetch_live_prices
from fondaco.delivery.copying import COPY_TASK, EVERY_NIGHT, CopyPoints, copy_points
from fondaco.delivery.handing_over import (
    EVERY_FIVE_MINUTES,
    READ_TASK,
    REGISTER_TASK,
    ReadCarriages,
    RegisterCarriage,
    read_carriages,
    register_carriage,
)
from fondaco.documents.model import RENDER_TASK, RenderDocument
from fondaco.documents.rendering import render_document
from fondaco.exchange.tasks import KernelTask
from fondaco.identity.joining import mail_invitation
from fondaco.identity.people import INVITE_TASK, Invited
from fondaco.identity.reset import RESET_TASK, Forgotten, mail_reset
from fondaco.import_task import RUN_TASK, RunImport, run_queued
from fondaco.intake.matching import MATCH_TASK, MatchList, match_list
from fondaco.lookup.normalising import EVERY_TEN_MINUTES as NORMALISE_CRON
from fondaco.lookup.normalising import NORMALISE_TASK, Normalise, normalise
from fondaco.notifications.letters import MAIL_TASK, Letter
from fondaco.notifications.post import send_letter
from fondaco.orders.payments.polling import (
    EVERY_MINUTE,
    POLL_TASK,
    TOLD_TASK,
    PollCharges,
    Told,
    poll_charges,
    read_told,
)
from fondaco.orders.payments.refunds import REFUND_TASK, SendRefund, send_refund
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
    COPY_TASK: KernelTask(copy_points, CopyPoints, retries=1, cron=EVERY_NIGHT),
    LATE_TASK: KernelTask(confirm_late, ConfirmLate, retries=1, cron=LATE_CRON),
    PACKETS_TASK: KernelTask(fetch_live_prices, FetchLivePrices, retries=1, cron=PACKETS_CRON),
    FETCH_TASK: KernelTask(fetch_rates, FetchRates, retries=1, cron=EVERY_HOUR),
    MAIL_TASK: KernelTask(send_letter, Letter, MAIL_RETRIES),
    INVITE_TASK: KernelTask(mail_invitation, Invited, MAIL_RETRIES),
    RESET_TASK: KernelTask(mail_reset, Forgotten, RESET_RETRIES),
    INDEX_TASK: KernelTask(index_products, IndexProducts, INDEX_RETRIES),
    MATCH_TASK: KernelTask(match_list, MatchList),
    NOTE_TASK: KernelTask(note, NoteWanted),
    POLL_TASK: KernelTask(poll_charges, PollCharges, retries=1, cron=EVERY_MINUTE),
    REFUND_TASK: KernelTask(send_refund, SendRefund, MAIL_RETRIES),
    TOLD_TASK: KernelTask(read_told, Told, MAIL_RETRIES),
    READ_TASK: KernelTask(read_carriages, ReadCarriages, retries=1, cron=EVERY_FIVE_MINUTES),
    REGISTER_TASK: KernelTask(register_carriage, RegisterCarriage, MAIL_RETRIES),
    NORMALISE_TASK: KernelTask(normalise, Normalise, retries=1, cron=NORMALISE_CRON),
    RENDER_TASK: KernelTask(render_document, RenderDocument),
    REPLAN_TASK: KernelTask(replan, Replan, cron=EVERY_TEN_MINUTES),
    RUN_TASK: KernelTask(run_queued, RunImport),
    SETTLE_TASK: KernelTask(settle_due, SettleDue, retries=1, cron=EVERY_TEN_MINUTES),
}
