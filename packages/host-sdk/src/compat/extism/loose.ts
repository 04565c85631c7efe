/**
 * What `@extism/extism` declares as `any`. A program that compiled against its types must compile against these,
 * so the same places are as loose here, and nowhere else.
 */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Loose = any;
