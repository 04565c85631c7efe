export { createHttpClient, type HttpClientSettings } from "./client.ts";
export type { HttpClient, HttpRequest, HttpResponse } from "./http-client.ts";
export { NO_HTTP } from "./no-http.ts";
export type { AddressCheck, CreateGuardedSend, Send } from "./send.ts";
