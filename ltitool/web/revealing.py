"""Finding out who stands behind an alias: who may, and the page that asks why."""

from flask import render_template
from flask_babel import gettext as _

from ltitool.core.audience import Naming
from ltitool.core.errors import NotAllowed, NotFound
from ltitool.core.roles import Role
from ltitool.web.teaching_forms import ReasonForm
from ltitool.web.visit import here


def can_find_out(naming: Naming) -> bool:
    """Whether this visitor may, by what the author was told."""
    return naming is not Naming.SEALED or here().role is Role.INSTRUCTOR


def may_find_out(naming: Naming) -> None:
    """Let pass who may; raises NotAllowed where the author was told that only an instructor may."""
    if not can_find_out(naming):
        raise NotAllowed("Its author was told that only an instructor can find out who they are.")


def under_an_alias(naming: Naming) -> None:
    """Let pass what hides its author, to those who may find out; raises NotFound, NotAllowed."""
    if naming is Naming.NAMED:
        raise NotFound("This stands under a name already.")
    may_find_out(naming)


def why() -> ReasonForm:
    """Return the form that asks for the reason."""
    return ReasonForm.asking(_("Why you need to know"))


def reveal_page(
    alias: str, text: str, form: ReasonForm, *, action: str, back: str, room: str
) -> str:
    """Return the page that says what finding out means; `back` leads away without it."""
    return render_template(
        "teaching/reveal.html",
        alias=alias,
        text=text,
        form=form,
        action=action,
        back=back,
        in_room=room,
    )
