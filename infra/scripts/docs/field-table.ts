import { code, table } from './markdown.js';
import type { FieldRow } from './schema-rows.js';

/** A table of fields under a title of the reader's choice. */
export function fieldTable(title: string, rows: readonly FieldRow[]): string {
  return table(
    [title, 'type', ''],
    rows.map((row) => [code(row.path), row.type, note(row)]),
  );
}

function note(row: FieldRow): string {
  const necessity = row.fallback === '' ? (row.required ? '' : 'optional') : `default ${row.fallback}`;
  return [necessity, row.description].filter((part) => part !== '').join('; ');
}
