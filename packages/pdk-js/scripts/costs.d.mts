/** The table as Markdown. */
export function costTable(): Promise<string>;
/** The table that stands in the README. */
export function documentedCosts(): string;
