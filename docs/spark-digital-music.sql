-- open file:///data/raw/amazon2014/reviews_Digital_Music_5.json.gz
CREATE OR REPLACE TEMPORARY VIEW crane_text_0 USING text OPTIONS (path 'file:///data/raw/amazon2014/reviews_Digital_Music_5.json.gz', lineSep '\n');

-- number the lines of amazon2014/reviews_Digital_Music_5.json.gz
CREATE OR REPLACE TEMPORARY VIEW crane_lines_0 AS
SELECT input_file_name() AS file, input_file_block_start() AS block, monotonically_increasing_id() AS place,
  regexp_replace(value, '^\uFEFF', '') AS value, regexp_replace(value, '^', '') = value AS is_utf8
FROM crane_text_0;

-- find the fields of amazon2014/reviews_Digital_Music_5.json.gz
CREATE OR REPLACE TEMPORARY VIEW crane_fields_0 AS
SELECT file, block, place, value, is_utf8,
  CASE WHEN NOT coalesce(size(records) = 1 AND regexp_like(value, '^[ \t\r]*[{]') AND regexp_like(value, '[}][ \t\r]*\\z'), false)
    THEN 'Malformed' END AS fields_fault,
  0 AS column_count,
  (get(records, 0)).`reviewerID` AS user_field, (get(records, 0)).`asin` AS item_field,
  (get(records, 0)).`overall` AS rating_field, (get(records, 0)).`unixReviewTime` AS time_field,
  CAST(NULL AS STRING) AS label_field, (get(records, 0)).`reviewTime` AS day_field
FROM (
  SELECT *, from_json(concat('[', value, ']'), 'ARRAY<STRUCT<`overall`: STRING, `unixReviewTime`: STRING, `reviewTime`: STRING, `reviewerID`: STRING, `asin`: STRING>>', map('allowSingleQuotes', 'false', 'allowUnquotedFieldNames', 'false', 'mode', 'PERMISSIVE')) AS records
  FROM crane_lines_0
) AS parsed;

-- read and judge every line
CREATE TABLE crane_rows USING parquet AS
SELECT 0 AS source, file, block, place, fault,
  CASE WHEN fault IS NOT NULL THEN substring(value, 1, 201) END AS value,
  CASE WHEN fault = 'RatingNotANumber' AND (rating_text <> '' AND rating IS NULL) THEN rating_text WHEN fault = 'UnknownLabel' AND (label_text <> '' AND part IS NULL) THEN label_text WHEN fault = 'TimestampOutOfRange' AND (time_number IS NOT NULL AND number_millis IS NULL) THEN time_text WHEN fault = 'TimestampNotANumber' AND (time_text <> '' AND time_number IS NULL AND written_millis IS NULL) THEN time_text WHEN fault = 'LongId' AND (octet_length(raw_user) > 1024) THEN raw_user WHEN fault = 'NulInId' AND (regexp_like(raw_user, '\\x00')) THEN raw_user WHEN fault = 'MissingId' AND (raw_user IN ('nan', 'NaN', 'null', 'NULL', 'None', '<NA>')) THEN raw_user WHEN fault = 'LongId' AND (octet_length(raw_item) > 1024) THEN raw_item WHEN fault = 'NulInId' AND (regexp_like(raw_item, '\\x00')) THEN raw_item WHEN fault = 'MissingId' AND (raw_item IN ('nan', 'NaN', 'null', 'NULL', 'None', '<NA>')) THEN raw_item END AS faulty_value,
  raw_user, raw_item, rating, CASE WHEN is_repaired THEN day_millis ELSE coalesce(number_millis, written_millis) END AS millis,
  part, is_repaired, time_number, CASE WHEN is_read THEN coalesce(time_unit, CASE WHEN written_millis IS NOT NULL THEN -1 END) END AS time_kind,
  coalesce(number_millis, written_millis) AS read_millis
FROM (
  SELECT *, CASE WHEN btrim(value, ' \t\r') = '' THEN 'Blank'
    WHEN parse_fault IS NOT NULL AND NOT is_repaired THEN parse_fault
    WHEN raw_user = '' THEN 'EmptyUser'
        WHEN raw_item = '' THEN 'EmptyItem'
        WHEN octet_length(raw_user) > 1024 THEN 'LongId'
        WHEN regexp_like(raw_user, '\\x00') THEN 'NulInId'
        WHEN raw_user IN ('nan', 'NaN', 'null', 'NULL', 'None', '<NA>') THEN 'MissingId'
        WHEN octet_length(raw_item) > 1024 THEN 'LongId'
        WHEN regexp_like(raw_item, '\\x00') THEN 'NulInId'
        WHEN raw_item IN ('nan', 'NaN', 'null', 'NULL', 'None', '<NA>') THEN 'MissingId'
        WHEN rating < CAST(CAST('1' AS DOUBLE) AS FLOAT) OR rating > CAST(CAST('5' AS DOUBLE) AS FLOAT) THEN 'RatingOutOfRange'
    END AS fault
  FROM (
    SELECT *, coalesce(parse_fault = 'TimestampOutOfRange' AND day_millis IS NOT NULL, false) AS is_repaired
    FROM (
      SELECT *, CASE WHEN NOT is_utf8 THEN 'InvalidUtf8'
        WHEN fields_fault = 'Malformed' THEN 'Malformed'
        WHEN rating_text <> '' AND rating IS NULL THEN 'RatingNotANumber'
        WHEN label_text <> '' AND part IS NULL THEN 'UnknownLabel'
        WHEN time_number IS NOT NULL AND number_millis IS NULL THEN 'TimestampOutOfRange'
        WHEN time_text <> '' AND time_number IS NULL AND written_millis IS NULL THEN 'TimestampNotANumber' END AS parse_fault
      FROM (
        SELECT *, CASE WHEN number_millis IS NOT NULL THEN 1 WHEN time_number IS NOT NULL THEN CASE WHEN time_number * 1000 BETWEEN 631152000000 AND 4102444800000 THEN 1 WHEN time_number BETWEEN 631152000000 AND 4102444800000 THEN 2 WHEN time_number * CAST('0.001' AS DOUBLE) BETWEEN 631152000000 AND 4102444800000 THEN 3 WHEN time_number * CAST('0.000001' AS DOUBLE) BETWEEN 631152000000 AND 4102444800000 THEN 4 WHEN CASE WHEN floor(time_number) = time_number AND (time_number BETWEEN 10000000 AND 99999999 OR time_number BETWEEN 100000000000 AND 999999999999 OR time_number BETWEEN 10000000000000 AND 99999999999999) THEN CASE WHEN substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 1, 4) BETWEEN '1990' AND '2100' AND CAST(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 9, 2) AS INT) <= 23 AND CAST(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 11, 2) AS INT) <= 59 AND CAST(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 13, 2) AS INT) <= 59 THEN unix_date(try_cast(concat(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 1, 4), '-', substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 5, 2), '-', substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 7, 2)) AS DATE)) * CAST(86400000 AS BIGINT) + ((CAST(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 9, 2) AS INT) * 60 + CAST(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 11, 2) AS INT)) * 60 + CAST(substring(rpad(CAST(CAST(time_number AS BIGINT) AS STRING), 14, '0'), 13, 2) AS INT)) * 1000 END END IS NOT NULL THEN 5 ELSE 7 END END AS time_unit,
          CASE WHEN time_number IS NULL THEN CASE WHEN regexp_like(time_text, '^[0-9]{4}(?:-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}(?:[ Tt][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]*)?)? *(?:|[Zz]|UTC|GMT|[+-][0-9]{2}:?(?:[0-9]{2})?))?\\z') AND substring(time_text, 1, 4) <> '0000' AND coalesce(try_cast(nullif(substring(time_text, 12, 2), '') AS INT), 0) <= 23 AND coalesce(try_cast(nullif(substring(time_text, 15, 2), '') AS INT), 0) <= 59 AND coalesce(try_cast(nullif(regexp_extract(substring(time_text, 17), '^:([0-9]{2})', 1), '') AS INT), 0) <= 60 AND coalesce(try_cast(nullif(regexp_extract(substring(time_text, 17), '([+-])([0-9]{2}):?([0-9]{2})?\\z', 2), '') AS INT), 0) <= 14 THEN unix_date(try_cast(concat(substring(time_text, 1, 4), '-', substring(time_text, 6, 2), '-', substring(time_text, 9, 2)) AS DATE)) * CAST(86400000 AS BIGINT) + ((coalesce(try_cast(nullif(substring(time_text, 12, 2), '') AS INT), 0) * 60 + coalesce(try_cast(nullif(substring(time_text, 15, 2), '') AS INT), 0) - ((coalesce(try_cast(nullif(regexp_extract(substring(time_text, 17), '([+-])([0-9]{2}):?([0-9]{2})?\\z', 2), '') AS INT), 0) * 60 + coalesce(try_cast(nullif(regexp_extract(substring(time_text, 17), '([+-])([0-9]{2}):?([0-9]{2})?\\z', 3), '') AS INT), 0)) * CASE WHEN regexp_extract(substring(time_text, 17), '([+-])([0-9]{2}):?([0-9]{2})?\\z', 1) = '-' THEN -1 ELSE 1 END)) * 60 + coalesce(try_cast(nullif(regexp_extract(substring(time_text, 17), '^:([0-9]{2})', 1), '') AS INT), 0)) * 1000 + coalesce(try_cast(nullif(rpad(nullif(regexp_extract(substring(time_text, 17), '^:[0-9]{2}[.,]([0-9]{1,3})', 1), ''), 3, '0'), '') AS INT), 0) END END AS written_millis,
          CASE WHEN regexp_like(day_text, '^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z') AND regexp_extract(day_text, '^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z', 3) <> '0000' THEN unix_date(try_cast(concat(regexp_extract(day_text, '^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z', 3), '-', lpad(regexp_extract(day_text, '^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z', 1), 2, '0'), '-', lpad(regexp_extract(day_text, '^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z', 2), 2, '0')) AS DATE)) * CAST(86400000 AS BIGINT) END AS day_millis
        FROM (
          SELECT *, CASE WHEN time_number * 1000 BETWEEN 631152000000 AND 4102444800000 THEN CAST(rint(time_number * 1000) AS BIGINT) END AS number_millis
          FROM (
            SELECT *, CAST(CASE WHEN regexp_like(rating_text, '^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\\z') THEN CASE WHEN abs(try_cast(rating_text AS DOUBLE)) < CAST('Infinity' AS DOUBLE) THEN try_cast(rating_text AS DOUBLE) END END AS FLOAT) AS rating,
              CASE WHEN regexp_like(time_text, '^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\\z') THEN CASE WHEN abs(try_cast(time_text AS DOUBLE)) < CAST('Infinity' AS DOUBLE) THEN try_cast(time_text AS DOUBLE) END END AS time_number,
              coalesce(CASE lower(label_text) WHEN '0' THEN 0 WHEN 'train' THEN 0 WHEN 'training' THEN 0 WHEN '1' THEN 1 WHEN 'valid' THEN 1 WHEN 'val' THEN 1 WHEN 'validation' THEN 1 WHEN 'dev' THEN 1 WHEN '2' THEN 2 WHEN 'test' THEN 2 WHEN 'testing' THEN 2 END, CASE CASE WHEN regexp_like(label_text, '^[+-]?[0-9]+[.]0*\\z') THEN regexp_extract(label_text, '^([^.]*)', 1) END WHEN '0' THEN 0 WHEN 'train' THEN 0 WHEN 'training' THEN 0 WHEN '1' THEN 1 WHEN 'valid' THEN 1 WHEN 'val' THEN 1 WHEN 'validation' THEN 1 WHEN 'dev' THEN 1 WHEN '2' THEN 2 WHEN 'test' THEN 2 WHEN 'testing' THEN 2 END) AS part
            FROM (
              SELECT file, block, place, value, is_utf8, fields_fault, column_count,
                is_utf8 AND fields_fault IS NULL AS is_read,
                coalesce(btrim(user_field, ' \t'), '') AS raw_user, coalesce(btrim(item_field, ' \t'), '') AS raw_item,
                coalesce(btrim(rating_field, ' \t\r'), '') AS rating_text, coalesce(btrim(time_field, ' \t\r'), '') AS time_text,
                coalesce(btrim(label_field, ' \t\r'), '') AS label_text, coalesce(day_field, '') AS day_text
              FROM crane_fields_0
            ) AS trimmed
          ) AS numbers
        ) AS times
      ) AS dates
    ) AS parsed
  ) AS repaired
) AS judged;

-- count the lines of each stretch
CREATE TABLE crane_blocks USING parquet AS
SELECT source, file, block, first_place, header_place,
  CAST(sum(line_count) OVER (PARTITION BY source, file ORDER BY block ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    - line_count AS BIGINT) AS lines_before,
  min(CASE WHEN header_place IS NOT NULL THEN block END) OVER (PARTITION BY source, file) AS header_block
FROM (
  SELECT source, file, block, min(place) AS first_place, count(*) AS line_count,
    min(CASE WHEN fault IS NULL OR fault <> 'Blank' THEN place END) AS header_place
  FROM crane_rows
  GROUP BY source, file, block
) AS blocks;

-- number the lines
CREATE OR REPLACE TEMPORARY VIEW crane_judged AS
SELECT r.source, r.file, b.lines_before + (r.place - b.first_place) + 1 AS line,
  CASE WHEN false THEN 'Header' ELSE r.fault END AS fault,
  r.value, r.faulty_value, r.raw_user, r.raw_item, r.rating, r.millis, r.part, r.is_repaired,
  r.time_kind, r.time_number, r.read_millis,
  false AS is_below
FROM crane_rows AS r
JOIN crane_blocks AS b ON r.source = b.source AND r.file = b.file AND r.block = b.block;

-- count lines by fault
SELECT source, fault, count(*) AS line_count, count(CASE WHEN is_below THEN 1 END) AS below_count,
  count(CASE WHEN is_repaired THEN 1 END) AS repaired_count, count(rating) AS rating_count, count(millis) AS time_count,
  count(part) AS label_count
FROM crane_judged
GROUP BY source, fault
ORDER BY source, fault;

-- count times by unit
SELECT source, time_kind, count(*) AS number_count,
  count(CASE WHEN time_number >= 0 AND time_number < 631152000 AND floor(time_number) = time_number THEN 1 END) AS small_count,
  CAST(min(time_number) AS STRING) AS lowest, CAST(max(time_number) AS STRING) AS highest,
  min(read_millis) AS first_millis, max(read_millis) AS last_millis
FROM crane_judged
WHERE time_kind IS NOT NULL AND (fault IS NULL OR fault <> 'Header')
GROUP BY source, time_kind
ORDER BY source, time_kind;

-- collect the first faulty lines
SELECT source, file, line, fault, value, faulty_value, rating
FROM (
  SELECT source, file, line, fault, value, faulty_value, rating,
    row_number() OVER (PARTITION BY source, file ORDER BY line) AS nth
  FROM crane_judged
  WHERE fault IS NOT NULL AND fault <> 'Blank' AND fault <> 'Header'
) AS faulty
WHERE nth <= 10000
ORDER BY source, file, line;

-- count users and items
SELECT count(DISTINCT raw_user) AS user_count, count(DISTINCT raw_item) AS item_count
FROM crane_judged
WHERE fault IS NULL;

-- deduplicate
CREATE TABLE crane_pairs USING parquet AS
SELECT raw_user, raw_item, rating, millis, part, copies, variants, parts_differ
FROM (
  SELECT *, count(*) OVER (PARTITION BY raw_user, raw_item) AS copies,
    count(CASE WHEN nth = tie THEN 1 END) OVER (PARTITION BY raw_user, raw_item) AS variants,
    min(coalesce(part, 3)) OVER (PARTITION BY raw_user, raw_item)
      <> max(coalesce(part, 3)) OVER (PARTITION BY raw_user, raw_item) AS parts_differ
  FROM (
    SELECT raw_user, raw_item, rating, millis, part, row_number() OVER earliest AS nth, rank() OVER earliest AS tie
    FROM crane_judged
    WHERE fault IS NULL AND NOT is_below
    WINDOW earliest AS (
      PARTITION BY raw_user, raw_item
      ORDER BY millis ASC NULLS LAST, part ASC NULLS LAST, rating ASC NULLS LAST)
  ) AS ordered
) AS counted
WHERE nth = 1;

-- count pairs
SELECT count(*) AS pair_count, CAST(coalesce(sum(copies - variants), 0) AS BIGINT) AS exact_count,
  CAST(coalesce(sum(variants - 1), 0) AS BIGINT) AS repeated_count, count(CASE WHEN parts_differ THEN 1 END) AS conflict_count
FROM crane_pairs;

-- k-core, round 1
CREATE TABLE crane_kcore_1 USING parquet AS
SELECT raw_user, raw_item, rating, millis, part
FROM crane_pairs
WHERE raw_user IN (SELECT raw_user FROM crane_pairs GROUP BY raw_user HAVING count(*) >= 4)
  AND raw_item IN (SELECT raw_item FROM crane_pairs GROUP BY raw_item HAVING count(*) >= 4);

-- count what round 1 left
SELECT count(*) AS interaction_count FROM crane_kcore_1;

-- While that number falls: the same again, from crane_kcore_1 to crane_kcore_2 and so on, at most 200 times.
-- the last round's table is the k-core
CREATE OR REPLACE TEMPORARY VIEW crane_kcore AS SELECT * FROM crane_kcore_1;

-- sort users
CREATE TABLE crane_user_order USING parquet AS
SELECT raw_id, monotonically_increasing_id() AS place
FROM (SELECT DISTINCT raw_user AS raw_id FROM crane_kcore ORDER BY raw_id) AS sorted;

-- number users
CREATE TABLE crane_users USING parquet AS
SELECT o.raw_id, CAST(r.ids_before + (o.place & 8589934591) AS INT) AS id
FROM crane_user_order AS o
JOIN (
  SELECT id_range,
    sum(id_count) OVER (ORDER BY id_range ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - id_count AS ids_before
  FROM (
    SELECT shiftright(place, 33) AS id_range, count(*) AS id_count FROM crane_user_order GROUP BY shiftright(place, 33)
  ) AS ranges
) AS r ON shiftright(o.place, 33) = r.id_range;

-- sort items
CREATE TABLE crane_item_order USING parquet AS
SELECT raw_id, monotonically_increasing_id() AS place
FROM (SELECT DISTINCT raw_item AS raw_id FROM crane_kcore ORDER BY raw_id) AS sorted;

-- number items
CREATE TABLE crane_items USING parquet AS
SELECT o.raw_id, CAST(r.ids_before + (o.place & 8589934591) AS INT) AS id
FROM crane_item_order AS o
JOIN (
  SELECT id_range,
    sum(id_count) OVER (ORDER BY id_range ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - id_count AS ids_before
  FROM (
    SELECT shiftright(place, 33) AS id_range, count(*) AS id_count FROM crane_item_order GROUP BY shiftright(place, 33)
  ) AS ranges
) AS r ON shiftright(o.place, 33) = r.id_range;

-- put integer ids in
CREATE TABLE crane_interactions USING parquet AS
SELECT u.id AS user_id, i.id AS item_id, c.rating, c.millis, c.part, c.raw_user, c.raw_item
FROM crane_kcore AS c
JOIN crane_users AS u ON c.raw_user = u.raw_id
JOIN crane_items AS i ON c.raw_item = i.raw_id;

-- fetch users
SELECT raw_id FROM crane_users ORDER BY id;

-- fetch items
SELECT raw_id FROM crane_items ORDER BY id;

-- fetch interactions
SELECT user_id, item_id, rating, millis, part FROM crane_interactions ORDER BY user_id, item_id;

-- count interactions by user_id
SELECT degree, count(*) AS node_count
FROM (SELECT count(*) AS degree FROM crane_interactions GROUP BY user_id) AS degrees
GROUP BY degree
ORDER BY degree;

-- count interactions by item_id
SELECT degree, count(*) AS node_count
FROM (SELECT count(*) AS degree FROM crane_interactions GROUP BY item_id) AS degrees
GROUP BY degree
ORDER BY degree;

-- hash interactions
CREATE TABLE crane_keys USING parquet AS
SELECT user_id, item_id, millis, hash, CAST(shiftright(hash, 48) AS BIGINT) AS stretch
FROM (
  SELECT user_id, item_id, millis,
    xxhash64(concat('9|', raw_user, '|', raw_item)) AS hash
  FROM crane_interactions
) AS hashed;

-- count stretches
CREATE TABLE crane_histogram USING parquet AS
SELECT stretch, rows_before, first_cut, second_cut,
  (rows_before < first_cut AND first_cut < rows_before + row_count)
    OR (rows_before < second_cut AND second_cut < rows_before + row_count) AS is_cut
FROM (
  SELECT stretch, row_count, rows_before, CAST((all_rows * 8 - (all_rows * 8) % 10) / 10 AS BIGINT) AS first_cut, CAST((all_rows * 9 - (all_rows * 9) % 10) / 10 AS BIGINT) AS second_cut
  FROM (
    SELECT stretch, row_count, CAST(sum(row_count) OVER () AS BIGINT) AS all_rows,
      CAST(sum(row_count) OVER (ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - row_count AS BIGINT)
        AS rows_before
    FROM (SELECT stretch, count(*) AS row_count FROM crane_keys GROUP BY stretch) AS stretches
  ) AS summed
) AS cuts;

-- sort the stretches that are cut
CREATE TABLE crane_cut_rows USING parquet AS
SELECT user_id, item_id, row_number() OVER (PARTITION BY stretch ORDER BY hash, user_id, item_id) - 1 AS place
FROM crane_keys
WHERE stretch IN (SELECT stretch FROM crane_histogram WHERE is_cut);

-- cut
CREATE TABLE crane_split USING parquet AS
SELECT k.user_id, k.item_id,
  CASE WHEN h.rows_before + coalesce(c.place, 0) < h.first_cut THEN 0
    WHEN h.rows_before + coalesce(c.place, 0) < h.second_cut THEN 1 ELSE 2 END AS part
FROM crane_keys AS k
JOIN crane_histogram AS h ON k.stretch = h.stretch
LEFT JOIN crane_cut_rows AS c ON k.user_id = c.user_id AND k.item_id = c.item_id;

-- fetch the split
SELECT CAST(part AS INT) AS part FROM crane_split ORDER BY user_id, item_id;

