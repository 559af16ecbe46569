/** What a column head needs to show and change the order of a list. */

export type SortedBy = (field: string) => {
  sorted: "ascending" | "descending" | null;
  onSort: () => void;
};

export function sortedBy(sort: string, onSort: (field: string) => void): SortedBy {
  const descending = sort.startsWith("-");
  const current = sort.replace(/^-/, "");
  return (field) => ({
    sorted: field === current ? (descending ? "descending" : "ascending") : null,
    onSort: () => onSort(field),
  });
}
