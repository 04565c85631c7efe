import { Headers } from "headers-polyfill";
import { Http } from "../http.ts";
import { Body } from "./body.ts";
import { defineGlobals } from "./define.ts";
import { Request, type RequestInit } from "./request.ts";
import { Response, responseFromHost } from "./response.ts";

/**
 * Fetch standard, 5.6, over the host's HTTP. The request runs to its end before the promise is returned.
 * A refused or failed request ends the call with the host's error: it cannot be caught.
 */
async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  request.signal?.throwIfAborted();
  const headers = Object.fromEntries(request.headers);
  const answer = Http.request(
    { url: request.url, method: request.method, headers },
    Body.bytesOf(request) ?? undefined,
  );
  return responseFromHost(answer, request.url);
}

defineGlobals({ fetch, Headers, Request, Response });
