"""The requests that change the proficiencies of a user, and the fields that UpdateUserPhoneConfig resets."""

from reconciler.contract import RowCall, Wired, by_rows
from reconciler.resources.connect.user_model import User

SKILLS = "UserProficiencies"
FLATTENED = {
    "auto_accept_configs": ("phone_config.auto_accept",),
    "after_contact_work_configs": ("phone_config.after_contact_work_time_limit",),
    "phone_number_configs": ("phone_config.phone_type", "phone_config.desk_phone_number"),
    "persistent_connection_configs": ("phone_config.persistent_connection",),
}
"""The settings of single channels that UpdateUserPhoneConfig resets, and its own settings for all channels: it "will always set
the same ACW timeouts to all channels the user handles" (UpdateUserPhoneConfig, API reference)."""


def _which(row: Wired, _shown: Wired) -> Wired:
    """The parameters that identify a proficiency, without its level."""
    return {name: value for name, value in row.items() if name != "Level"}


PROFICIENCIES = by_rows(
    User,
    "proficiencies",
    add=RowCall("associate_user_proficiencies", many_in=SKILLS),
    update=RowCall("update_user_proficiencies", many_in=SKILLS),
    remove=RowCall("disassociate_user_proficiencies", many_in=SKILLS, row=_which),
)
