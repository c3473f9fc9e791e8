"""The settings of connect.phone_number."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import E164, Form, OneOf
from reconciler.model import Cleared, NoReferences, Ref, Unique, Wire
from reconciler.resources.connect.common import InInstance
from reconciler.resources.lasting import LASTS

COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BR BS BT BW BY BZ CA CC CD CF CG CH
    CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GG GH GI GL GM
    GN GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI
    LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM
    PA PE PF PG PH PK PL PM PN PR PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR ST SV SX SY SZ TC TD
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 -- a list of quoted codes is 237 lines
)
"""PhoneNumberCountryCode of the API reference."""


Country: TypeAlias = Annotated[
    str,
    OneOf(
        lambda: COUNTRIES, "a country by its two capital letters, such as US, or GB for the United Kingdom"
    ),
]


Prefix: TypeAlias = Annotated[
    str, Form(r"\+[1-9]\d{0,14}", "the first digits of a number in E.164, such as +4420")
]


STOCK = ("country_code", "type", "prefix")


class PhoneNumber(InInstance):
    """A claimed number. It has no name in AWS; our mark identifies it.

    Either `phone_number` is the number to claim, or an available number is chosen by country, type and prefix.
    """

    phone_number: Annotated[E164 | None, NoReferences(), Unique(), LASTS] = None
    country_code: Annotated[Country | None, Wire("PhoneNumberCountryCode"), LASTS] = None
    type: Annotated[
        Literal["TOLL_FREE", "DID", "UIFN", "SHARED", "THIRD_PARTY_TF", "THIRD_PARTY_DID", "SHORT_CODE"]
        | None,
        Wire("PhoneNumberType"),
        LASTS,
    ] = None
    prefix: Annotated[Prefix | None, Wire("PhoneNumberPrefix")] = None
    description: Annotated[str | None, Wire("PhoneNumberDescription"), Cleared(""), Field(max_length=500)] = (
        None
    )
    contact_flow: Annotated[str | None, Ref("connect.contact_flow")] = None
    """The flow that answers calls to it."""
