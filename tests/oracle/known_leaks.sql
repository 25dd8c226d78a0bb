-- Shapes that leak when they are let through and their masks keep NULLs; one each line, its kind after it. `--self-test` runs
-- them past the gate and must see each of them differ: an oracle that does not is blind to the kind.
SELECT 1 FROM leads GROUP BY LENGTH(email) > 14; -- grouping by an expression
SELECT q.v FROM orders o, LATERAL (SELECT o.note v UNION ALL SELECT 'gold') q GROUP BY q.v; -- grouping by a mixed column
SELECT s.value FROM visits v, LATERAL FLATTEN(INPUT => SPLIT(v.note, ',')) s; -- as many rows as words
SELECT 1 FROM customers c, LATERAL FLATTEN(INPUT => IFF(c.ssn < '5', ARRAY_CONSTRUCT(0), NULL)) x; -- a row or none
SELECT 1 FROM patients p, TABLE(SPLIT_TO_TABLE(p.mrn, '-')) x; -- as many rows as parts
SELECT f.index FROM patients p, LATERAL FLATTEN(INPUT => p.profile) f; -- as many rows as keys
SELECT f.index FROM customers c, LATERAL FLATTEN(INPUT => ARRAY_GENERATE_RANGE(0, LENGTH(c.full_name))) f; -- as many rows as letters
SELECT DISTINCT card BETWEEN 0 AND 50 FROM payments; -- equal rows dropped
SELECT 1 FROM (SELECT IFF(card > 9, 1, NULL) g FROM leads) UNPIVOT (v FOR k IN (g)); -- NULLs dropped
SELECT 'N-5' UNION SELECT mrn FROM patients UNION SELECT mrn FROM visits UNION SELECT '7' UNION SELECT 'b'; -- a set with literals
SELECT 0 FROM orders UNION SELECT LENGTH(note) FROM visits; -- a set with an expression
SELECT MIN(email) FROM customers INTERSECT SELECT email FROM leads; -- a set with an aggregate
(SELECT icd FROM visits UNION ALL SELECT 'I10' UNION ALL SELECT '45') EXCEPT SELECT icd FROM patients; -- a class laundered by a union
SELECT NULLIF(auth_code, '0'), NULLIF(auth_code, '1'), NULLIF(auth_code, 'late') FROM payments; -- NULL by equality
SELECT REGEXP_SUBSTR(note, '^[0-9]') FROM orders; -- NULL by a pattern
SELECT TRY_TO_NUMBER(mrn) FROM visits; -- NULL by what casts
SELECT DECODE(card, 0, 'none', 1, 'one', 7, 'seven', 42, 'x') FROM payments; -- NULL by a list
SELECT CASE WHEN full_name > 'M' THEN id END FROM customers; -- NULL by an order
SELECT MAX(id) OVER (PARTITION BY SUBSTR(email, 1, 1)) FROM customers; -- a window by an expression
SELECT id FROM customers QUALIFY RANK() OVER (ORDER BY ssn) = 1; -- a window by an order
SELECT id FROM patients ORDER BY dob LIMIT 1; -- a cut by an order
SELECT id FROM patients ORDER BY dob; -- an order
SELECT 10 / card FROM leads; -- an error by division
SELECT TO_NUMBER(IFF(icd = 'I10' OR icd = '45' OR icd = '9', 'x', '2')) FROM visits; -- an error by a cast
SELECT PARSE_JSON(note) FROM orders WHERE id = 1; -- an error by what parses
SELECT mrn::INT FROM patients WHERE mrn LIKE '%0%'; -- an error of what is filtered
SELECT id, TO_NUMBER(REPLACE(ssn, '-')) + 1 FROM customers WHERE id = 1; -- an error by a cast of what is left
SELECT TO_NUMBER(LEFT(ssn, 1)) FROM customers WHERE id = 1; -- an error by a cast of a letter
SELECT MEDIAN(TO_NUMBER(mrn)) FROM visits WHERE id = 1; -- an error by a cast in an aggregate
SELECT PARSE_JSON(ssn) FROM customers WHERE id = 1; -- an error by what parses
SELECT 1 / IFF(ssn LIKE '5%', 0, 1) FROM customers WHERE id = 1; -- an error by division by a test
SELECT 1 FROM visits a JOIN (SELECT note u FROM orders UNION ALL SELECT 'late, late' UNION ALL SELECT '17') b ON a.note = b.u; -- a join, laundered
SELECT id FROM visits NATURAL JOIN (SELECT MIN(icd) icd FROM patients); -- a join by name
SELECT id FROM patients WHERE mrn IN (SELECT 'b' UNION ALL SELECT 'N-5' UNION ALL SELECT '7' UNION ALL SELECT mrn FROM visits WHERE FALSE); -- membership, laundered
SELECT * FROM (SELECT id a, note b FROM orders) PIVOT (COUNT(a) FOR b IN ('17', 'gold', 'late')); -- a pivot by value
SELECT * FROM (SELECT id a, note b FROM orders) PIVOT (COUNT(a) FOR b IN (ANY)); -- columns named by values
SELECT id, (SELECT COUNT(*) FROM visits v WHERE v.mrn = p.mrn AND v.note LIKE '%a%') FROM patients p; -- a scalar subquery
SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM leads l WHERE l.customer_id = c.id AND l.card > 9); -- EXISTS
SELECT MAX_BY(id, ssn) FROM customers; -- a plain value by an order
SELECT COUNT(DISTINCT LEFT(email, 1)) FROM customers; -- how many
SELECT segment FROM customers GROUP BY segment HAVING MAX(LENGTH(full_name)) > 8; -- groups by value
WITH RECURSIVE r(n, s) AS (SELECT 1, note FROM orders UNION ALL SELECT n + 1, SUBSTR(s, 2) FROM r WHERE n < 9 AND LENGTH(s) > 1) SELECT n FROM r; -- as deep as long
SELECT a.id, b.id FROM customers a ASOF JOIN patients b MATCH_CONDITION (a.dob >= b.dob); -- a join by time
SELECT COUNT(*) FROM customers WHERE LEFT(ssn, 1) IN ('4', '5'); -- a filter
SELECT ARRAY_SIZE(ARRAY_AGG(DISTINCT YEAR(dob))) FROM patients; -- how many
SELECT id FROM customers WHERE full_name = city OR full_name = 'gold' OR full_name = 'late'; -- equality with anything else
SELECT OBJECT_KEYS(OBJECT_CONSTRUCT('a', NULLIF(note, 'gold'), 'b', NULLIF(note, ''), 'c', NULLIF(note, '17')))[2] FROM orders; -- keys by value
