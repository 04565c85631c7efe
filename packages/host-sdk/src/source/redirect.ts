/** As many redirects as fetch itself follows (Fetch standard, HTTP-redirect fetch). */
export const MAX_REDIRECTS = 20;

const REDIRECT_STATUS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a response redirects to, as it says; `null` when it does not. */
export function redirectLocation({ status, headers }: Pick<Response, "status" | "headers">): string | null {
  return REDIRECT_STATUS.has(status) ? headers.get("location") : null;
}

/** The method after a redirect (Fetch standard, HTTP-redirect fetch). When it changes, the body goes as well. */
export function methodAfterRedirect(status: number, method: string): string {
  const toGet = status === 303 ? method !== "HEAD" : status < 303 && method.toUpperCase() === "POST";
  return toGet ? "GET" : method;
}

/** Whether a redirect would give up encryption. */
export function isDowngrade(from: URL, to: URL): boolean {
  return from.protocol === "https:" && to.protocol === "http:";
}
