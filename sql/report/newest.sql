-- The newest day of each kind of record up to the extract's, as known.
select
    (select max(received_date) from known_contact where received_date <= :known_on) as contact,
    (select max(received_date) from known_referral where received_date <= :known_on) as referral,
    (select max(visited_date) from known_visit where visited_date <= :known_on) as visit,
    (
        select max(authorised_date) from known_single_assessment
        where authorised_date <= :known_on
    ) as assessment
