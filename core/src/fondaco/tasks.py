"""The kernel's tasks, by the name under which they are queued; only workers import this."""

from collections.abc import Mapping

from fondaco.documents.rendering import render_document
from fondaco.documents.service import RENDER_TASK, RenderDocument
from fondaco.exchange.tasks import KernelTask

KERNEL_TASKS: Mapping[str, KernelTask] = {
    RENDER_TASK: KernelTask(render_document, RenderDocument),
}
