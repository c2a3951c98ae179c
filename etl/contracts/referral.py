"""A referral of a child; also the child's episode of need until it is closed."""

from __future__ import annotations

from etl.contracts.contract import (
    OF_A_CHILD,
    TEAM,
    WORKER,
    Maker,
    Table,
    code,
    day,
    flag,
    identifier,
)

REFERRAL = Table(
    name="referral",
    warehouse="fact_referral",
    grain="a referral of a child",
    noun="referral",
    plural="referrals",
    key=("referral_id",),
    dated_by="received_date",
    columns=(
        identifier("referral_id", "the source's id"),
        *OF_A_CHILD,
        TEAM,
        WORKER,
        day("received_date", "when the referral was received", required=True),
        day("closed_date", "when the case was closed", not_before="received_date"),
        code("source_code", "who made it", "contact_source"),
        code("need_code", "the primary need", "need"),
        code("closure_reason_code", "why the case was closed", "closure_reason"),
        flag("is_no_further_action", "nothing more was done"),
        flag("is_transfer_in", "a child on another authority's plan has moved here"),
        day(
            "previous_referral_date",
            "the child's last earlier referral, if any",
            made_by=Maker.DERIVE,
            of_others=True,
            made_of=("received_date",),
        ),
        flag(
            "is_re_referral",
            "an earlier referral at most 12 calendar months before, that day included",
            made_by=Maker.DERIVE,
            of_others=True,
            made_of=("received_date",),
        ),
        flag(
            "leads_to_assessment",
            "an assessment that is no draft nor cancelled names it",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=("single_assessment.referral_id", "single_assessment.substatus_code"),
        ),
        flag(
            "leads_to_transfer_in",
            "its outcome says so, or a transfer-in conference was called",
            stored=False,
            made_by=Maker.DERIVE,
            made_of=(
                "is_transfer_in",
                "initial_conference.referral_id",
                "initial_conference.is_transfer_in",
                "initial_conference.is_cancelled",
            ),
        ),
    ),
)
