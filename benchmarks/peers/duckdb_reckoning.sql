-- From meter exports to energy, grades, budgets and stepped tariffs in DuckDB.
-- Variables: readings, register (folders), as_of (date), coefficients (file), out (folder).
-- Amounts are exact integers: tce and tCO2 in 1e-11 t, energy in Wh, value added and budgets in hundredths.

CREATE MACRO half_up(num, den) AS ((2 * num + den) // (2 * den))::HUGEINT;
CREATE MACRO half_even(num, den) AS num // den + CASE WHEN 2 * (num % den) > den OR (2 * (num % den) = den AND (num // den) % 2 = 1) THEN 1 ELSE 0 END;
CREATE MACRO unit_of(places) AS CASE places WHEN 2 THEN 100 WHEN 3 THEN 1000 ELSE 10000 END;
CREATE MACRO point(x, places) AS CASE WHEN x < 0 THEN '-' ELSE '' END || (abs(x) // unit_of(places))::VARCHAR || '.'
    || lpad((abs(x) % unit_of(places))::VARCHAR, places, '0');
CREATE MACRO hundredths(text) AS round(text::DECIMAL(18, 4) * 100)::BIGINT::HUGEINT;

-- 1. Readings: parsed once, kept as integer Wh, 96 to a row -----------------------------------------------------------
{readings}

-- 2. Which reading stands: of several rows of one meter and day, cell by cell, the later upload that has a value ---------
CREATE TEMP TABLE doubled AS SELECT meter_no, day FROM readings GROUP BY ALL HAVING count(*) > 1;
CREATE TEMP TABLE merged AS
    WITH cells AS (
        SELECT meter_no, day, sent, generate_subscripts(w, 1) AS slot, unnest(w::BIGINT[]) AS wh
        FROM readings SEMI JOIN doubled USING (meter_no, day)
    ), standing_cells AS (SELECT meter_no, day, slot, arg_max(wh, sent) AS wh FROM cells GROUP BY ALL)
    SELECT meter_no, day, list(wh ORDER BY slot) AS w FROM standing_cells GROUP BY ALL;
CREATE TEMP VIEW standing AS
    SELECT meter_no, day, w::BIGINT[] AS w FROM readings ANTI JOIN doubled USING (meter_no, day)
    UNION ALL SELECT meter_no, day, w FROM merged;
CREATE TEMP TABLE days AS SELECT meter_no, day, coalesce(list_sum(w), 0)::BIGINT AS wh, list_count(w) AS known FROM standing;

-- 3. Gaps: runs of missing intervals between two measured ones -------------------------------------------------------
CREATE TEMP TABLE spans AS SELECT meter_no, min(day) AS first_day, max(day) AS last_day FROM days GROUP BY ALL;
CREATE TEMP TABLE absent AS
    SELECT s.meter_no, unnest(generate_series(s.first_day, s.last_day, INTERVAL 1 DAY))::DATE AS day FROM spans s
    SEMI JOIN (SELECT meter_no FROM days GROUP BY meter_no HAVING count(*) < max(day) - min(day) + 1) USING (meter_no);
DELETE FROM absent USING days d WHERE absent.meter_no = d.meter_no AND absent.day = d.day;
CREATE TEMP TABLE broken AS
    SELECT s.meter_no, s.day, s.w FROM standing s SEMI JOIN (SELECT meter_no, day FROM days WHERE known < 96) USING (meter_no, day);
CREATE TEMP TABLE holes AS
    WITH cells AS (SELECT meter_no, day, generate_subscripts(w, 1) - 1 AS slot, unnest(w) AS wh FROM broken),
    missing AS (
        SELECT meter_no, (day - DATE '2020-01-01') * 96 + slot AS t FROM cells WHERE wh IS NULL
        UNION ALL
        SELECT meter_no, (day - DATE '2020-01-01') * 96 + slot FROM absent, range(96) AS r(slot)
    )
    SELECT meter_no, t, t - row_number() OVER (PARTITION BY meter_no ORDER BY t) AS run FROM missing;
CREATE TEMP TABLE gaps AS
    SELECT meter_no, run, min(t) AS t0, max(t) AS t1, count(*) AS n FROM holes GROUP BY ALL
    HAVING count(*) <= 960;
DELETE FROM gaps USING spans s WHERE gaps.meter_no = s.meter_no
    AND (t0 = (s.first_day - DATE '2020-01-01') * 96 OR t1 = (s.last_day - DATE '2020-01-01') * 96 + 95);

-- 4. Estimates: a straight line up to two hours, else the mean of like days ----------------------------------------------
CREATE TEMP TABLE alike AS
    SELECT h.meter_no, h.t AS hole, k, h.t - 672 * k AS t FROM holes h JOIN gaps g USING (meter_no, run) CROSS JOIN range(1, 9) AS r(k) WHERE g.n > 8;
CREATE TEMP TABLE wanted AS
    SELECT meter_no, t0 - 1 AS t FROM gaps WHERE n <= 8 UNION SELECT meter_no, t1 + 1 FROM gaps WHERE n <= 8
    UNION SELECT meter_no, t FROM alike;
CREATE TEMP TABLE known_cells AS
    WITH d AS (SELECT DISTINCT meter_no, DATE '2020-01-01' + (t // 96)::INTEGER AS day FROM wanted),
    rows AS (SELECT s.* FROM standing s SEMI JOIN d USING (meter_no, day)),
    cells AS (
        SELECT meter_no, (day - DATE '2020-01-01') * 96 + generate_subscripts(w, 1) - 1 AS t, unnest(w) AS wh FROM rows
    )
    SELECT meter_no, t, wh FROM cells SEMI JOIN wanted USING (meter_no, t) WHERE wh IS NOT NULL;
CREATE TEMP TABLE left_ends AS
    SELECT g.*, c.wh AS a FROM gaps g JOIN known_cells c ON c.meter_no = g.meter_no AND c.t = g.t0 - 1 WHERE g.n <= 8;
CREATE TEMP TABLE lines AS SELECT g.*, c.wh AS b FROM left_ends g JOIN known_cells c ON c.meter_no = g.meter_no AND c.t = g.t1 + 1;
CREATE TEMP TABLE estimated AS
    SELECT h.meter_no, h.t, half_even(l.a * (l.n + 1) + (l.b - l.a) * (h.t - l.t0 + 1), l.n + 1) AS wh
    FROM holes h JOIN lines l USING (meter_no, run)
    UNION ALL
    SELECT meter_no, hole, half_even(sum(wh), count(*)) FROM (
        SELECT meter_no, hole, wh FROM alike JOIN known_cells USING (meter_no, t)
        QUALIFY row_number() OVER (PARTITION BY meter_no, hole ORDER BY k) <= 4
    ) GROUP BY ALL;
CREATE TEMP TABLE meter_days AS
    WITH e AS (SELECT meter_no, DATE '2020-01-01' + (t // 96)::INTEGER AS day, sum(wh)::BIGINT AS wh, count(*) AS n FROM estimated GROUP BY ALL)
    SELECT meter_no, day, coalesce(d.wh, 0) + coalesce(e.wh, 0) AS wh, coalesce(d.known, 0) * 15 AS measured, coalesce(e.n, 0) * 15 AS estimated
    FROM days d FULL JOIN e USING (meter_no, day);

-- 5. The register -----------------------------------------------------------------------------------------------------
CREATE MACRO sheet(name) AS TABLE SELECT * FROM read_csv(getvariable('register') || '/' || name || '.csv', all_varchar = true, header = true);
CREATE TEMP TABLE enterprises AS
    SELECT 统一社会信用代码 AS enterprise_id, 企业名称 AS name, 行业代码 AS industry_code, 镇街 AS street, 规上 = '是' AS is_above_scale,
        数据中心 = '是' AS is_data_center FROM sheet('企业');
CREATE TEMP TABLE tenures AS
    SELECT m.电能表资产号 AS meter_no, a.户号 AS account_no, a.统一社会信用代码 AS enterprise_id,
        greatest(coalesce(m.起始日期::DATE, DATE '1900-01-01'), coalesce(a.起始日期::DATE, DATE '1900-01-01')) AS since,
        least(coalesce(m.终止日期::DATE, DATE '9999-12-31'), coalesce(a.终止日期::DATE, DATE '9999-12-31')) AS until
    FROM sheet('电表') m JOIN sheet('户号') a ON right(m.户号, 10) = right(a.户号, 10);
CREATE TEMP TABLE account_dates AS
    SELECT 户号 AS account_no, 统一社会信用代码 AS enterprise_id, coalesce(起始日期::DATE, DATE '1900-01-01') AS since,
        coalesce(终止日期::DATE, DATE '9999-12-31') AS until FROM sheet('户号');
CREATE TEMP TABLE months AS
    SELECT strftime(d, '%Y-%m') AS month, d::DATE AS first_day, last_day(d::DATE) AS last_day, last_day(d::DATE) <= getvariable('as_of') AS is_over
    FROM generate_series((SELECT date_trunc('month', min(day)) FROM days), getvariable('as_of')::TIMESTAMP, INTERVAL 1 MONTH) AS g(d);
CREATE TEMP TABLE coefficients AS SELECT * FROM read_csv(getvariable('coefficients'));
CREATE TEMP TABLE fuels AS
    SELECT 统一社会信用代码 AS enterprise_id, 月份 AS month, 能源品种 AS carrier, 用途 AS use, c.unit,
        数量::DECIMAL(18, 3) * CASE 单位 WHEN '吨' THEN 1000 WHEN '吉焦' THEN 1000 ELSE 1 END AS quantity,
        (quantity * 1000)::BIGINT::HUGEINT * c.kgce_e5 AS tce,
        CASE WHEN 用途 = '燃料' THEN (quantity * 1000)::BIGINT::HUGEINT * c.kgco2_e5 END AS tco2
    FROM sheet('其他能源') JOIN coefficients c ON c.carrier = 能源品种;
CREATE TEMP TABLE green AS
    SELECT 统一社会信用代码 AS enterprise_id, 月份 AS month, (sum("电量(千瓦时)"::DECIMAL(18, 3)) * 1000)::BIGINT AS wh FROM sheet('绿电') GROUP BY ALL;

-- 6. Energy by month and enterprise -----------------------------------------------------------------------------------
CREATE TEMP TABLE account_months AS
    SELECT strftime(day, '%Y-%m') AS month, enterprise_id, account_no, sum(wh)::BIGINT AS wh, sum(measured) AS measured, sum(estimated) AS estimated
    FROM meter_days JOIN tenures USING (meter_no) WHERE day BETWEEN since AND until AND day <= getvariable('as_of') GROUP BY ALL;
CREATE TEMP TABLE expected AS
    SELECT month, enterprise_id, sum(greatest(least(t.until, m.last_day, getvariable('as_of')) - greatest(t.since, m.first_day) + 1, 0)) * 1440 AS minutes
    FROM tenures t, months m GROUP BY ALL;
CREATE TEMP TABLE electricity AS
    WITH use AS (
        SELECT month, enterprise_id, sum(wh)::BIGINT AS wh, sum(measured)::BIGINT AS measured, sum(estimated)::BIGINT AS estimated
        FROM account_months GROUP BY ALL HAVING sum(measured) + sum(estimated) > 0
    )
    SELECT u.*, x.minutes::BIGINT AS minutes, least(u.wh, coalesce(g.wh, 0)) AS green_wh,
        u.wh::HUGEINT * 12290 AS calorific, u.wh::HUGEINT * 30240 AS equivalent,
        u.wh::HUGEINT * 49740 AS gross, (u.wh - green_wh)::HUGEINT * 49740 AS net
    FROM use u JOIN expected x USING (month, enterprise_id) LEFT JOIN green g USING (month, enterprise_id);
CREATE TEMP TABLE burnt AS SELECT fuels.* FROM fuels SEMI JOIN months USING (month);
CREATE TEMP TABLE energy AS
    SELECT month, enterprise_id, '电力' AS carrier, '' AS use, point(half_up(wh, 1), 3) AS quantity, 'kWh' AS unit, wh AS import_wh, calorific, equivalent, gross, net,
        measured, estimated, minutes FROM electricity
    UNION ALL
    SELECT month, enterprise_id, carrier, use, point(half_up((quantity * 1000)::HUGEINT, 1), 3), unit, NULL, tce, tce, tco2, tco2, NULL, NULL, NULL FROM burnt;

-- 7. Periods, and which month lacks a fuel ------------------------------------------------------------------------------
CREATE TEMP TABLE periods AS
    WITH named AS (
        SELECT month, first_day, unnest([month, month[:4] || 'Q' || quarter(first_day), month[:4]]) AS period, unnest([1, 3, 12]) AS size, is_over FROM months
    )
    SELECT period, month FROM named QUALIFY count(*) OVER (PARTITION BY period) = size AND bool_and(is_over) OVER (PARTITION BY period);
CREATE TEMP TABLE fuel_lacks AS
    WITH pairs AS (
        SELECT DISTINCT f.enterprise_id, f.carrier, m.month FROM fuels f JOIN months m
            ON f.month < m.month AND f.month >= strftime(m.first_day - INTERVAL 12 MONTH, '%Y-%m')
        WHERE f.use = '燃料' AND m.is_over
    )
    SELECT p.* FROM pairs p ANTI JOIN (SELECT * FROM fuels WHERE use = '燃料') f USING (enterprise_id, carrier, month);

-- 8. Grades -----------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE facts AS
    WITH e AS (
        SELECT p.period, enterprise_id, sum(gross) AS gross, sum(net) AS net FROM energy JOIN periods p USING (month)
        WHERE use <> '原料' GROUP BY ALL
    ), c AS (
        SELECT p.period, enterprise_id, sum(x.minutes) AS minutes, sum(u.measured) AS measured, sum(u.estimated) AS estimated
        FROM periods p JOIN expected x USING (month) LEFT JOIN electricity u USING (month, enterprise_id) GROUP BY ALL
    ), v AS (
        SELECT p.period, e.统一社会信用代码 AS enterprise_id, sum(hundredths(e."增加值(万元)")) AS va FROM sheet('经济指标') e JOIN periods p ON p.month = e.期间
        GROUP BY ALL HAVING count(*) = CASE length(any_value(p.period)) WHEN 4 THEN 12 WHEN 6 THEN 3 ELSE 1 END
    ), l AS (SELECT DISTINCT p.period, enterprise_id FROM fuel_lacks JOIN periods p USING (month))
    SELECT q.period, n.*, e.gross, e.net, v.va, c.minutes, c.measured, c.estimated,
        CASE WHEN NOT is_above_scale THEN 'below_scale'
            WHEN industry_code[:2] NOT BETWEEN '06' AND '46' THEN 'not_industry'
            WHEN v.va IS NULL THEN 'no_value_added' WHEN v.va <= 0 THEN 'value_added_not_positive'
            WHEN coalesce(c.measured, 0) = 0 THEN 'no_meter_data' WHEN 10 * c.measured < 9 * c.minutes THEN 'low_coverage'
            WHEN l.enterprise_id IS NOT NULL THEN 'fuel_not_reported' END AS reason
    FROM (SELECT DISTINCT period FROM periods) q CROSS JOIN enterprises n LEFT JOIN e USING (period, enterprise_id) LEFT JOIN c USING (period, enterprise_id)
    LEFT JOIN v USING (period, enterprise_id) LEFT JOIN l USING (period, enterprise_id);
CREATE TEMP TABLE graded AS
    WITH sized AS (
        SELECT *, count(*) FILTER (reason IS NULL) OVER (PARTITION BY period, industry_code) AS n4,
            count(*) FILTER (reason IS NULL) OVER (PARTITION BY period, industry_code[:3]) AS n3,
            count(*) FILTER (reason IS NULL) OVER (PARTITION BY period, industry_code[:2]) AS n2 FROM facts
    ), placed AS (
        SELECT *, CASE WHEN reason IS NOT NULL THEN NULL WHEN n4 >= 5 THEN industry_code WHEN n3 >= 5 THEN industry_code[:3] WHEN n2 >= 5 THEN industry_code[:2] END AS peer_group
        FROM sized
    ), peers AS (
        SELECT p.period, p.peer_group, count(*) AS peer_count, sum(f.net) AS net, sum(f.va) AS va
        FROM (SELECT DISTINCT period, peer_group FROM placed WHERE peer_group IS NOT NULL) p
        JOIN facts f ON f.period = p.period AND starts_with(f.industry_code, p.peer_group) AND f.reason IS NULL GROUP BY ALL
    )
    SELECT a.* EXCLUDE (reason, n4, n3, n2),
        CASE WHEN a.reason IS NULL AND a.peer_group IS NULL THEN 'no_peer_group' WHEN p.net = 0 THEN 'peer_group_zero' ELSE a.reason END AS reason,
        p.peer_count, p.net AS peer_net, p.va AS peer_va, a.net * p.va AS kn, a.va * p.net AS kd
    FROM placed a LEFT JOIN peers p USING (period, peer_group);

-- 9. Budgets ----------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE budget_rows AS
    SELECT 统一社会信用代码 AS enterprise_id, arg_max(hundredths("预算(吨标准煤)"), 生效日期) AS budget, arg_max(口径, 生效日期) AS basis,
        arg_max(文号, 生效日期) AS document_no FROM sheet('用能预算')
    WHERE 年度 = year(getvariable('as_of'))::VARCHAR AND 生效日期::DATE <= getvariable('as_of') GROUP BY ALL;
CREATE TEMP TABLE used_months AS
    WITH el AS (
        SELECT month, enterprise_id, greatest(e.wh - coalesce(g.wh, 0), 0)::HUGEINT AS wh FROM electricity e LEFT JOIN green g USING (month, enterprise_id)
    ), fu AS (SELECT month, enterprise_id, sum(tce) AS tce FROM burnt WHERE use = '燃料' GROUP BY ALL)
    SELECT month, enterprise_id,
        coalesce(el.wh, 0) * CASE coalesce(b.basis, '等价值') WHEN '等价值' THEN 30240 ELSE 12290 END + coalesce(fu.tce, 0) AS tce
    FROM el FULL JOIN fu USING (month, enterprise_id) LEFT JOIN budget_rows b USING (enterprise_id)
    WHERE month[:4] = year(getvariable('as_of'))::VARCHAR;
CREATE TEMP TABLE budgets AS
    WITH u AS (SELECT enterprise_id, sum(tce) AS used FROM used_months GROUP BY ALL),
    c AS (
        SELECT x.enterprise_id, sum(x.minutes) AS minutes, sum(e.measured) AS measured FROM expected x LEFT JOIN electricity e USING (month, enterprise_id)
        WHERE month[:4] = year(getvariable('as_of'))::VARCHAR GROUP BY ALL
    ), l AS (SELECT enterprise_id, count(*) AS lacks FROM fuel_lacks GROUP BY ALL)
    SELECT n.*, b.budget, coalesce(b.basis, '等价值') AS basis, b.document_no, u.used, coalesce(c.measured, 0) AS measured, c.minutes, coalesce(l.lacks, 0) AS lacks,
        b.budget * 1000000000 AS limit_tce
    FROM enterprises n LEFT JOIN budget_rows b USING (enterprise_id) LEFT JOIN u USING (enterprise_id) LEFT JOIN c USING (enterprise_id)
    LEFT JOIN l USING (enterprise_id);

-- 10. Stepped tariff --------------------------------------------------------------------------------------------------
CREATE TEMP TABLE steps AS SELECT * FROM (VALUES (1, 0, 10, 10), (2, 10, 20, 20), (3, 20, 1000000, 30)) AS v(step, lo, hi, fen);
CREATE TEMP TABLE excess AS
    WITH run AS (
        SELECT u.month, u.enterprise_id, b.basis, b.limit_tce, sum(u.tce) OVER w AS c1, c1 - u.tce AS c0
        FROM used_months u JOIN budgets b USING (enterprise_id)
        WHERE b.budget IS NOT NULL AND (b.is_data_center OR b.industry_code[:2] IN ('17', '22', '25', '26', '28', '30', '31'))
        WINDOW w AS (PARTITION BY u.enterprise_id ORDER BY u.month)
    )
    SELECT r.month, r.enterprise_id, s.step, s.fen,
        greatest(least(c1 * 100, limit_tce * (100 + s.hi)) - greatest(c0 * 100, limit_tce * (100 + s.lo)), 0) AS over_e13,
        half_up(over_e13, CASE basis WHEN '等价值' THEN 30240 ELSE 12290 END * 100000::HUGEINT) AS kwh
    FROM run r JOIN months m USING (month), steps s WHERE m.is_over AND over_e13 > 0;
CREATE TEMP TABLE tariffs AS
    WITH to_date AS (
        SELECT m.month, a.enterprise_id, a.account_no, sum(a.wh) AS wh FROM months m JOIN account_months a ON a.month <= m.month AND a.month[:4] = m.month[:4]
        GROUP BY ALL
    ), weights AS (
        SELECT y.month, y.enterprise_id, y.account_no,
            CASE WHEN sum(coalesce(a.wh, 0)) OVER (PARTITION BY y.month, y.enterprise_id) > 0 THEN coalesce(a.wh, 0) ELSE y.wh END::HUGEINT AS wh
        FROM to_date y LEFT JOIN account_months a USING (month, enterprise_id, account_no)
    ), totals AS (
        SELECT x.*, w.account_no, x.kwh * w.wh AS part, sum(w.wh) OVER (PARTITION BY x.month, x.enterprise_id, x.step) AS total
        FROM excess x JOIN weights w USING (month, enterprise_id)
    ), shares AS (
        SELECT *, part // total AS whole, kwh - sum(part // total) OVER (PARTITION BY month, enterprise_id, step) AS left_over,
            row_number() OVER (PARTITION BY month, enterprise_id, step ORDER BY part % total DESC, account_no) AS turn
        FROM totals WHERE total > 0
    ), to_month AS (
        SELECT m.month, x.enterprise_id, sum(x.minutes) AS minutes, coalesce(sum(e.measured), 0) AS measured
        FROM months m JOIN expected x ON x.month <= m.month AND x.month[:4] = m.month[:4] LEFT JOIN electricity e ON e.month = x.month AND e.enterprise_id = x.enterprise_id
        GROUP BY ALL
    )
    SELECT s.month, s.enterprise_id, s.account_no, s.step, (s.whole + CASE WHEN s.turn <= s.left_over THEN 1 ELSE 0 END)::BIGINT AS kwh, s.fen,
        10 * c.measured < 9 * c.minutes OR EXISTS (
            SELECT 1 FROM fuel_lacks l WHERE l.enterprise_id = s.enterprise_id AND l.month <= s.month AND l.month[:4] = s.month[:4]) AS provisional,
        c.measured, c.minutes,
        (SELECT max(greatest(d.since, m.first_day)) FROM account_dates d WHERE d.account_no = s.account_no AND d.enterprise_id = s.enterprise_id
            AND d.since <= m.last_day AND d.until >= m.first_day) AS effective_from,
        (SELECT max(least(d.until, m.last_day)) FROM account_dates d WHERE d.account_no = s.account_no AND d.enterprise_id = s.enterprise_id
            AND d.since <= m.last_day AND d.until >= m.first_day) AS effective_to
    FROM shares s JOIN to_month c USING (month, enterprise_id) JOIN months m USING (month);

-- 11. Publication -----------------------------------------------------------------------------------------------------
CREATE MACRO tonnes(x) AS point(half_up(x, 100000000), 3);
CREATE MACRO share(a, b) AS CASE WHEN b > 0 THEN point(half_up(coalesce(a, 0)::HUGEINT * 10000, b::HUGEINT), 4) END;
COPY (
    SELECT month, enterprise_id, carrier, use, quantity, unit, import_wh, tonnes(calorific) AS tce_calorific, tonnes(equivalent) AS tce_equivalent,
        tonnes(gross) AS tco2_gross, tonnes(net) AS tco2_net, share(measured, minutes) AS coverage, share(estimated, minutes) AS estimated_share
    FROM energy ORDER BY ALL
) TO '{out}/energy.csv';
COPY (
    SELECT period, enterprise_id, peer_group, peer_count, CASE WHEN reason IS NULL THEN share(va, peer_va) END AS peer_share,
        CASE WHEN measured > 0 THEN tonnes(gross) END AS tco2_gross, CASE WHEN measured > 0 THEN tonnes(net) END AS tco2_net, point(va, 2) AS value_added_10k_cny,
        CASE WHEN reason IS NULL THEN point(half_up(net, va * 100000), 4) END AS l,
        CASE WHEN reason IS NULL THEN CASE WHEN 10 * net <= 6 * va * 1000000000 THEN 'low' WHEN net <= 2 * va * 1000000000 THEN 'mid' ELSE 'high' END END AS level,
        CASE WHEN reason IS NULL THEN point(half_up(peer_net, peer_va * 100000), 4) END AS peer_l,
        CASE WHEN reason IS NULL THEN point(half_up(kn * 10000, kd), 4) END AS k,
        CASE WHEN reason IS NULL THEN CASE WHEN 10 * kn <= 6 * kd THEN 1 WHEN 10 * kn <= 8 * kd THEN 2 WHEN 10 * kn <= 12 * kd THEN 3 WHEN kn <= 2 * kd THEN 4 ELSE 5 END END AS grade,
        CASE WHEN measured > 0 AND gross > 0 THEN point(half_up((gross - net) * 10000, gross), 4) END AS neutrality_rate,
        share(measured, minutes) AS coverage, share(estimated, minutes) AS estimated_share, reason
    FROM graded ORDER BY ALL
) TO '{out}/grades.csv';
COPY (
    SELECT enterprise_id, document_no, point(budget * 10, 3) AS budget_tce, basis, tonnes(used) AS used_tce, CASE WHEN budget IS NOT NULL THEN share(used, limit_tce) END AS ratio,
        CASE WHEN budget IS NULL THEN 'no_budget' WHEN used > limit_tce THEN 'red' WHEN 10 * measured < 9 * minutes THEN 'low_coverage'
            WHEN 10 * used >= 9 * limit_tce THEN 'orange' WHEN 10 * used >= 8 * limit_tce THEN 'yellow' ELSE 'none' END AS alert,
        CASE WHEN budget IS NOT NULL THEN tonnes(greatest(used - limit_tce, 0)) END AS overrun_tce, share(measured, minutes) AS coverage, lacks AS fuel_months_missing
    FROM budgets ORDER BY ALL
) TO '{out}/budgets.csv';
COPY (
    SELECT month, enterprise_id, account_no, step, kwh AS excess_kwh, point(fen * 100, 4) AS rate_cny_per_kwh, point(half_up(kwh * fen::HUGEINT, 1), 2) AS amount_cny,
        effective_from, effective_to, provisional, share(measured, minutes) AS coverage
    FROM tariffs WHERE kwh > 0 ORDER BY ALL
) TO '{out}/tariffs.csv';
COPY (
    SELECT e.month, n.industry_code, n.street, e.carrier, tonnes(sum(e.equivalent)) AS tce_equivalent, tonnes(sum(e.net)) AS tco2_net, count(DISTINCT enterprise_id) AS enterprises
    FROM energy e JOIN enterprises n USING (enterprise_id) WHERE e.use <> '原料' GROUP BY e.month, n.industry_code, n.street, e.carrier ORDER BY ALL
) TO '{out}/inventory.csv';
