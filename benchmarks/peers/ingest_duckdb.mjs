// The work of `benchmarks ingest` in DuckDB: node ingest_duckdb.mjs RATINGS.csv OUTPUT_FOLDER THREADS
// Needs: npm install @duckdb/node-api
import { DuckDBInstance } from "@duckdb/node-api";

const [file, folder, threads] = process.argv.slice(2);
const database = await DuckDBInstance.create(":memory:", { threads });
const connection = await database.connect();
const run = async (sql) => (await connection.runAndReadAll(sql)).getRows();

const began = performance.now();
await run(`CREATE TABLE kept AS
    SELECT u, i, min_by(r, t) AS r, min(t) AS t
    FROM read_csv('${file}', header = false, columns = {'u': 'VARCHAR', 'i': 'VARCHAR', 'r': 'FLOAT', 't': 'BIGINT'})
    GROUP BY u, i`);
for (let before = -1n, now = 0n; before !== now; ) {
  before = now;
  await run(`CREATE OR REPLACE TABLE kept AS
      SELECT * FROM kept
      WHERE u IN (SELECT u FROM kept GROUP BY u HAVING count(*) >= 4)
        AND i IN (SELECT i FROM kept GROUP BY i HAVING count(*) >= 4)`);
  now = (await run("SELECT count(*) FROM kept"))[0][0];
}
await run("CREATE TABLE users AS SELECT u, (row_number() OVER (ORDER BY u) - 1)::INTEGER AS id FROM (SELECT DISTINCT u FROM kept)");
await run("CREATE TABLE items AS SELECT i, (row_number() OVER (ORDER BY i) - 1)::INTEGER AS id FROM (SELECT DISTINCT i FROM kept)");
await run(`CREATE TABLE interactions AS
    SELECT users.id AS "user", items.id AS item, r, t, u, i
    FROM kept JOIN users USING (u) JOIN items USING (i) ORDER BY 1, 2`);
await run(`COPY (SELECT "user", item, r AS rating, t AS timestamp FROM interactions) TO '${folder}/interactions.parquet'`);
await run(`COPY (SELECT u FROM users ORDER BY id) TO '${folder}/users.parquet'`);
await run(`COPY (SELECT i FROM items ORDER BY id) TO '${folder}/items.parquet'`);
for (const seed of [9, 672, 5368, 12784, 2023]) {
  await run(`CREATE OR REPLACE TABLE ranked AS
      SELECT "user", item, row_number() OVER (ORDER BY md5('${seed}|' || u || '|' || i)) - 1 AS place FROM interactions`);
  const count = (await run("SELECT count(*) FROM ranked"))[0][0];
  const [first, second] = [(count * 8n) / 10n, (count * 9n) / 10n];
  for (const [name, low, high] of [["train", 0n, first], ["valid", first, second], ["test", second, count]]) {
    await run(`COPY (SELECT "user", item FROM ranked WHERE place >= ${low} AND place < ${high} ORDER BY 1, 2)
        TO '${folder}/${name}_${seed}.parquet'`);
  }
}
const counts = (await run(`SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM items), (SELECT count(*) FROM interactions)`))[0];
const used = process.resourceUsage();
console.log(
  `${counts.join(" ")} wall ${((performance.now() - began) / 1e3).toFixed(2)} cpu ${((used.userCPUTime + used.systemCPUTime) / 1e6).toFixed(2)} peak ${(used.maxRSS / 1e3).toFixed(0)}`,
);
