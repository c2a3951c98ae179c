-- The extract before the first that held what met an obligation, in every version that is stored,
-- so that the next night finds it as it will have it. A day of recording that is no extract's, or
-- that a visit has as its own, is the source's. That of an assessment is kept nowhere beside: it is
-- the extract's where that was the first to hold the assessment as authorised.
update warehouse.fact_timescale_obligation as owed
set not_recorded_before = (
    select max(before.extract_date)
    from audit.load_run as before
    where before.la_code = owed.la_code
    and before.status = 'loaded'
    and before.extract_date < owed.first_recorded_date
)
where owed.done_date is not null
and exists (
    select 1
    from audit.load_run as first
    where first.la_code = owed.la_code
    and first.status = 'loaded'
    and first.extract_date = owed.first_recorded_date
)
and (
    owed.timescale in (
        'initial_conference', 'transfer_in_conference', 'child_protection_review',
        'looked_after_review'
    )
    or owed.timescale in ('child_protection_visit', 'child_in_need_visit', 'looked_after_visit')
    and not exists (
        select 1
        from warehouse.fact_visit as visit
        where visit.la_code = owed.la_code
        and visit.visited_date = owed.done_date
        and visit.recorded_date = owed.first_recorded_date
        and owed.subject_id = case owed.timescale
            when 'child_protection_visit' then visit.plan_id
            when 'child_in_need_visit' then visit.child_in_need_plan_id
            else visit.placement_id
        end
    )
    or owed.timescale in ('single_assessment', 'single_assessment_from_referral')
    and owed.first_recorded_date = (
        select min(assessment.known_from)
        from warehouse.fact_single_assessment as assessment
        where assessment.la_code = owed.la_code
        and assessment.authorised_date = owed.done_date
        and owed.subject_id = case owed.timescale
            when 'single_assessment' then assessment.assessment_id
            else assessment.referral_id
        end
    )
)
