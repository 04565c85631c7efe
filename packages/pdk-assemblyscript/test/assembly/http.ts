import { Http, HttpRequest, inputString, outputString } from "@mortise/pdk-assemblyscript";

export function get(): void {
  const response = Http.get(inputString());
  outputString(response.status.toString() + " " + response.ok.toString() + " " + response.text());
}

export function post(): void {
  const body: StaticArray<u8> = [0, 200, 255];
  Http.post(inputString(), body);
}

export function postText(): void {
  new HttpRequest(inputString()).withMethod("PUT").withHeader("x-name", "a \"b\"").withHeader("accept", "*/*").sendText("ö");
}

export function postNothing(): void {
  new HttpRequest(inputString()).withMethod("POST").sendText("");
}

export function header(): void {
  const value = Http.get("https://example.com/").header(inputString());
  outputString(value === null ? "null" : value);
}

/** Reads the first response's headers before the second request, and again afterwards. */
export function headersInTime(): void {
  const first = Http.get("https://example.com/1");
  first.headers();
  const second = Http.get("https://example.com/2");
  outputString(first.header("n")! + second.header("n")!);
}

export function headersTooLate(): void {
  const first = Http.get("https://example.com/1");
  Http.get("https://example.com/2");
  first.headers();
}
