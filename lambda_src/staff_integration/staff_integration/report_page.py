"""The reports as one page of HTML, which needs nothing else: no script, no font, no picture of another place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from staff_integration.activity import Activity, By, Report
from staff_integration.clock import JAPAN
from staff_integration.kpis import Kpi, with_unit

TITLES: Mapping[str, str] = {
    "api_p95": "API response time (95th percentile)",
    "availability": "Availability",
    "sync_lag_p95": "Synchronisation lag (95th percentile)",
    "account_creation_rate": "Accounts made automatically",
    "sso_use": "Staff who use single sign-on",
    "user_satisfaction": "User satisfaction",
    "incident_hours": "Time to resolve an incident",
    "backup_rate": "Backups made",
    "security_audit_rate": "Security audit passed",
}
SECTIONS: Sequence[tuple[By, str]] = (
    ("facility", "By facility"),
    ("department", "By department"),
    ("team", "By facility and department"),
    ("role", "By role"),
)
DASH = "\N{EN DASH}"
STATES = {True: ("good", "✓ met"), False: ("bad", "✗ missed"), None: ("none", f"{DASH} no data")}
HEADS = (
    "Staff",
    "Accounts",
    "Pending",
    "Errors",
    "Lag (95 %)",
    "Sign-ins",
    "People signed in",
    "Interviews",
    "Approved",
    "Evaluations",
    "Mean score",
)
STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5a6675; --line: #d9dfe6; --ground: #f5f7f9; --card: #fff;
  --bar: #2f6fb0; --good: #17683a; --bad: #a3221c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #a3b0bd; --line: #36414d; --ground: #12181f;
  --card: #1a222b; --bar: #6aa6e0; --good: #6fd39a; --bad: #ff9c94; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, "Hiragino Sans", "Noto Sans CJK JP", "Yu Gothic", sans-serif; }
main { max-width: 76rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
p { margin: .25rem 0; color: var(--soft); }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: .75rem; margin: 0; padding: 0; list-style: none; }
li { padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line); border-left-width: .3rem; border-radius: .4rem; }
li.good { border-left-color: var(--good); } li.bad { border-left-color: var(--bad); } li.none { border-left-color: var(--soft); }
li h3 { margin: 0; font-size: .9rem; font-weight: 600; }
li .value { display: block; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
li small { display: block; color: var(--soft); font-size: .8rem; }
.good strong { color: var(--good); } .bad strong { color: var(--bad); }
.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
.wide:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: .5rem .6rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; white-space: normal; vertical-align: bottom; line-height: 1.25; }
th:first-child { position: sticky; left: 0; background: var(--card); text-align: left; }
tbody th { font-weight: 500; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 700; }
.bar { display: block; height: .3rem; margin-top: .25rem; background: var(--line); border-radius: .15rem; }
.bar i { display: block; height: 100%; background: var(--bar); border-radius: inherit; }
@media print { body { padding: 0; background: none; } .wide { overflow: visible; } }
"""


def page(report: Report, kpis: Sequence[Kpi], made_at: datetime, scope: str) -> str:
    """The page.

    Args:
        report: the figures of staff.
        kpis: the figures of the master plan; none are shown if it is empty.
        made_at: when it is made.
        scope: whose figures these are, in a few words.
    """
    tables = "".join(
        _table(title, report.groups[by], report.total) for by, title in SECTIONS if by in report.groups
    )
    cards = f"<h2>Figures of the master plan</h2><ul>{''.join(map(_card, kpis))}</ul>" if kpis else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Staff integration: report</title><style>{STYLE}</style></head><body><main>"
        "<h1>Staff integration</h1>"
        f"<p>{_moment(report.since)} to {_moment(report.until)}, {escape(scope)}. Made on {_moment(made_at)}.</p>"
        f"{cards}{tables}</main></body></html>\n"
    )


def _moment(moment: datetime) -> str:
    local = moment.astimezone(JAPAN)
    return f'<time datetime="{local.isoformat(timespec="seconds")}">{local:%Y-%m-%d %H:%M} JST</time>'


def _card(kpi: Kpi) -> str:
    state, word = STATES[kpi.green]
    if kpi.value is not None and kpi.green is None:
        word = f"{DASH} too old"
    value = DASH if kpi.value is None else with_unit(kpi.value, kpi.unit)
    source = "measured"
    if not kpi.measured:
        by = f" by {kpi.entered_by} on {kpi.entered_at.astimezone(JAPAN):%Y-%m-%d}" if kpi.entered_at else ""
        source = f"entered{by}" if by else "to be entered"
    return (
        f'<li class="{state}"><h3>{escape(TITLES.get(kpi.name, kpi.name))}</h3>'
        f'<span class="value">{escape(value)}</span>'
        f"<small><strong>{word}</strong> · bar {escape(f'{kpi.target} {kpi.unit}'.strip())} · {escape(source)}</small></li>"
    )


def _table(title: str, rows: Sequence[Activity], total: Activity) -> str:
    most = max((each.staff for each in rows), default=0)
    heads = "".join(f'<th scope="col">{each}</th>' for each in ("Group", *HEADS))
    body = "".join(_row(each, most) for each in rows)
    return (
        f'<h2>{title}</h2><div class="wide" role="region" tabindex="0" aria-label="{title}"><table>'
        f"<caption>{title}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
        f"<tfoot>{_row(total, 0)}</tfoot></table></div>"
    )


def _row(row: Activity, most: int) -> str:
    bar = (
        f'<span class="bar" aria-hidden="true"><i style="width:{100 * row.staff / most:.0f}%"></i></span>'
        if most
        else ""
    )
    lag = DASH if row.lag_p95 is None else f"{row.lag_p95:.1f} s"
    score = DASH if row.mean_score is None else f"{row.mean_score:.1f}"
    counts = (row.accounts, row.pending, row.errors, lag, row.sign_ins, row.signed_in, row.interviews)
    cells = (*counts, row.approved, row.evaluations, score)
    others = "".join(f"<td>{f'{each:,}' if isinstance(each, int) else each}</td>" for each in cells)
    return f'<tr><th scope="row" lang="ja">{escape(row.name)}</th><td>{row.staff:,}{bar}</td>{others}</tr>'
