import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './DataTable.module.css';
import { FewFirst } from './FewFirst';

export interface Column<T> {
  header: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand on the right. */
  end?: boolean;
  /** The column that names the row. */
  head?: boolean;
}

/** More rows at once make a page slow; the rest comes on demand. */
const FIRST = 200;

interface DataTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
}

/**
 * A table that on a phone becomes one card a row, with the names of the columns beside the values. The roles are written
 * out because another `display` takes them away.
 */
export function DataTable<T>({ label, columns, rows, rowKey }: DataTableProps<T>) {
  return (
    <FewFirst all={rows} step={FIRST}>
      {(some) => (
        <Table role="table" className={classes.table} aria-label={label} highlightOnHover>
          <Table.Thead role="rowgroup">
            <Table.Tr role="row">
              {columns.map((column) => (
                <Table.Th key={column.header} role="columnheader" scope="col" data-end={column.end}>
                  {column.header}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody role="rowgroup">
            {some.map((row) => (
              <Table.Tr role="row" key={rowKey(row)}>
                {columns.map((column) => (
                  <Table.Td
                    role="cell"
                    key={column.header}
                    data-label={column.header}
                    data-end={column.end}
                    data-head={column.head}
                  >
                    {/* On a phone the cell is a grid of name and value: the value is one thing, whatever it consists of. */}
                    <div>{column.cell(row)}</div>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </FewFirst>
  );
}
