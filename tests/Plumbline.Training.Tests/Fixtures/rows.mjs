// Writes rows.parquet with DuckDB, an implementation that is not ours: npm install @duckdb/node-api && node rows.mjs
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`COPY (SELECT * FROM (VALUES
  ('one', 1.5::DOUBLE, true, [{role: 'user', content: 'a'}, {role: 'assistant', content: NULL}], ['x', 'y'], {n: 3}, 7::BIGINT, DATE '2020-01-02', 3.25::DECIMAL(9,2), 'blob'::BLOB, [[1, 2], [3]]),
  (NULL, NULL, NULL, [], NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('drei ☃', 'nan'::DOUBLE, false, NULL, [], {n: NULL}, 8, NULL, 1.5::DECIMAL(9,2), NULL, [[], NULL, [4, NULL]])
) rows(prompt, rating, label, messages, tags, meta, n, day, price, bytes, nested)) TO 'rows.parquet' (FORMAT PARQUET)`);
