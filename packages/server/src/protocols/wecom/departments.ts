/** The company itself is department 1 there and 0 here: all numbers are one apart. */
export function departmentFrom(id: number): number {
  return id - 1;
}

export function departmentTo(id: number): number {
  return id + 1;
}
