import {
  Http,
  HttpRequest,
  input,
  inputString,
  output,
  outputString,
  quote,
} from "@mortise/pdk-assemblyscript";

/** Gets the URL in the input: status, header `content-type` and body, as JSON. */
export function http_get(): i32 {
  const response = new HttpRequest(inputString()).withHeader("x-plugin", "conformance").send();
  const type = response.header("Content-Type");
  outputString(
    '{"status":' +
      response.status.toString() +
      ',"type":' +
      (type === null ? "null" : quote(type)) +
      ',"body":' +
      quote(response.text()) +
      "}",
  );
  return 0;
}

/** Posts 256 bytes, each value once, to the URL in the input; gives the answer's bytes back. */
export function http_post(): i32 {
  const url = String.UTF8.decode(input().buffer);
  const body = new Uint8Array(256);
  for (let index = 0; index < 256; index++) body[index] = <u8>index;
  output(Http.post(url, body).body);
  return 0;
}
