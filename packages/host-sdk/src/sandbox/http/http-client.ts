/** A request as a guest describes it. */
export interface HttpRequest {
  /** Absolute, http or https. */
  readonly url: string;
  /** Default `GET`. */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as it is. The client does not keep it beyond the request, and nobody may change it until then. */
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
}

/** The answer to a request, whatever its status. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name, repeated ones joined by `, `; absent unless the application lets plugins see them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Sends a plugin's requests to the hosts that it was granted. */
export interface HttpClient {
  /** Whether {@link request} may return a promise, so that a guest must be suspended. False when nothing is granted. */
  readonly waits: boolean;

  /**
   * Refuses a request right away, without waiting.
   * @throws {PluginError} `HTTP_DENIED`, or `HTTP_FAILED` for what is not a URL
   */
  check(url: string): void;

  /**
   * Sends a request and reads the answer, following redirects.
   * @throws {PluginError} `HTTP_DENIED HTTP_FAILED HTTP_TOO_LARGE ABORTED`, or the signal's reason when that is a
   *   `PluginError`
   */
  request(request: HttpRequest, signal?: AbortSignal): HttpResponse | Promise<HttpResponse>;
}
